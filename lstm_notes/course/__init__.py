"""What makes notebooks a course: claims that stop when they are false, exercises that say what is wrong, the
self-test's questions, and whether everything needed is installed."""
