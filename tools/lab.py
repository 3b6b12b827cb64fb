"""Open a page of the course in JupyterLab: in the one that runs already for this folder, else in a new one.

lab.py my_course/05_training.ipynb [what JupyterLab is told …]
"""

import os
import sys
import urllib.parse
import urllib.request
import webbrowser

from jupyter_server.serverapp import list_running_servers

from tools import commands, copies, start


def main():
    target, *arguments = sys.argv[1:]
    if target.startswith(copies.MY_COURSE.name):
        start.write()
    if (server := running()) is None:
        print(f"JupyterLab starts, and opens {target}. Ctrl-C here, twice, ends it.")
        commands.run(command(target, arguments))
    else:
        reopen(server, target, arguments)


def running():
    """The JupyterLab that serves this folder, as its runtime file tells of it; None where there is none, or where the
    file is left over: another program may have the dead server's process number by now, or its port."""
    for server in list_running_servers():
        if os.path.realpath(server.get("root_dir", "")) == os.path.realpath(commands.ROOT) and _answers(server):
            return server
    return None


def _answers(server):
    ask = urllib.request.Request(f"{server['url']}api/status", headers={"Authorization": f"token {server['token']}"})
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # one's own machine is behind no proxy
    try:
        with directly.open(ask, timeout=3) as answer:
            return answer.status == 200
    except (OSError, ValueError):
        return False


def reopen(server, target, arguments):
    """Show `target` in a JupyterLab that runs."""
    token = urllib.parse.urlencode({"token": server["token"]})
    address = f"{server['url']}lab/tree/{urllib.parse.quote(target)}?{token}"
    print(f"JupyterLab runs already for this folder, and opens {target}:\n    {address}")
    if unheard := [each for each in arguments if each != "--no-browser"]:
        print(f"Only a new server would hear {' '.join(unheard)}: end this one first (Ctrl-C where it was started).")
    if "--no-browser" not in arguments:
        webbrowser.open(address)


def command(target, arguments):
    """The command line of a new JupyterLab: the whole course as its files, `target` open. Its log says only what asks
    for attention, and where the page is, so that what was said before stays in sight. What the reader's `arguments` say
    holds: JupyterLab passes over all of ours where it is told one thing twice."""
    ours = {
        "--ServerApp.root_dir": commands.ROOT,
        "--LabApp.workspaces_dir": commands.WORKSPACES,
        "--LabApp.default_url": f"/lab/tree/{target}",
    }
    if not any(each.startswith(("--log-level", "--debug")) for each in arguments):
        ours |= {"--log-level": "ERROR", "--LabApp.log_level": "ERROR"}
    said = {each.split("=")[0] for each in arguments}
    line = [sys.executable, "-m", "jupyterlab", *(f"{k}={v}" for k, v in ours.items() if k not in said), *arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in arguments:
        print("You are root, so JupyterLab is started with --allow-root: fine in a container, unwise elsewhere.")
        line.append("--allow-root")
    return line


if __name__ == "__main__":
    main()
