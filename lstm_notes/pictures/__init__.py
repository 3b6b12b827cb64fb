"""How does it look? One palette, drawings with named parts (SVG), diagrams of the lessons, plots of data.

    palette → svg → diagrams, course_diagrams, cheat_sheet        palette → plots → memory, ratios, digits

Nothing here computes what it draws. Only `plots` loads matplotlib; `memory`, `ratios` and `digits` draw on its axes.
"""
