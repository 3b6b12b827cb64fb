"""How does it look? One palette, drawings with named parts (SVG), diagrams of the lessons, plots of data.

    palette → svg → diagrams, course_diagrams, cheat_sheet        palette → plots → memory, ratios

Nothing here computes what it draws. Only `plots` loads matplotlib, and `memory` draws on its axes.
"""
