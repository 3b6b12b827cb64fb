"""What tests read in an explorer's picture."""


def texts(explorer, narrow, several):
    """The words of the picture's named parts; what takes several lines in one of its forms is one text."""
    parts = explorer.drawing(narrow).parts
    found = {name: part["words"] for name, part in parts.items() if part["tag"] == "text"}
    for name in several:
        found[name] = " ".join(found[line] for line in sorted(found) if line.startswith(f"{name}-"))
    return found
