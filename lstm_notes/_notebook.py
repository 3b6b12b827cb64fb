"""Whether a notebook is watching, and how to put something into its output."""

import base64
import html
import sys


def display(bundle, **options):
    """Show a MIME bundle in the running notebook and return its handle; None where no notebook is running."""
    ipython = sys.modules.get("IPython")
    if ipython is None or not hasattr(ipython.get_ipython(), "kernel"):
        return None
    return ipython.display.display(bundle, raw=True, **options) or True


def described_png(png, description, attributes=""):
    """The MIME bundle of a picture (PNG bytes) that its `description` stands for. The PNG is what every host shows; the
    HTML beside it carries the text to a screen reader."""
    encoded = base64.b64encode(png).decode()
    image = f'<img alt="{html.escape(description)}" src="data:image/png;base64,{encoded}"{attributes}>'
    return {"image/png": encoded, "text/html": image, "text/plain": description}
