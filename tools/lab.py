"""JupyterLab in a headless Chromium, for browser tests, bench and screenshots."""

import contextlib
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-sandbox",
]
HARMLESS = ("favicon", "ResizeObserver loop")
LOOK = 200  # milliseconds between two looks at a page that is busy


def find_chromium():
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@contextlib.contextmanager
def jupyter_server(folder, *more, page_config=None):
    """Run JupyterLab on a folder, on a free loopback port, with its own token.

    Configuration, runtime files and workspaces live in a temporary folder.

    Args:
        folder: what the server shows as its root.
        *more: further options of ``jupyter lab``.
        page_config: JupyterLab's page configuration, a dict, such as
            ``{"disabledExtensions": {"anywidget": True}}``.

    Yields:
        The server's address and its token.

    Raises:
        TimeoutError: if it does not answer within 60 seconds.
    """
    port, token = _free_port(), secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as own, contextlib.ExitStack() as stack:
        variables = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        own_folders = {name: f"{own}/{name.lower()}" for name in variables}
        environment = {
            **os.environ,
            **own_folders,
            "JUPYTERLAB_SETTINGS_DIR": f"{own}/settings",
            "JUPYTERLAB_WORKSPACES_DIR": f"{own}/workspaces",
            "RNN_COURSE_PROGRESS": f"{own}/progress",
        }
        log = stack.enter_context(open(f"{own}/log", "w", encoding="utf-8"))
        if page_config is not None:
            config = pathlib.Path(own_folders["JUPYTER_CONFIG_DIR"]) / "labconfig"
            config.mkdir(parents=True)
            settings = json.dumps(page_config)
            (config / "page_config.json").write_text(settings, encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        options = [
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}",
            f"--ServerApp.root_dir={folder}",
            "--LabApp.expose_app_in_browser=True",
        ]
        server = subprocess.Popen(
            [*command, *options, *more],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for_answer(f"http://127.0.0.1:{port}/api?token={token}", f"{own}/log")
            yield f"http://127.0.0.1:{port}", token
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_for_answer(address, log, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return json.load(urllib.request.urlopen(address, timeout=5))
        except OSError:
            time.sleep(0.2)
    tail = pathlib.Path(log).read_text(encoding="utf-8", errors="replace")[-2000:]
    raise TimeoutError(f"JupyterLab gave no answer in {seconds} s; it printed: {tail}")


@contextlib.contextmanager
def chromium(width=1280, height=900):
    """Start a headless Chromium, and close it in the end.

    Args:
        width, height: of its pages, in pixels.

    Yields:
        Playwright's context, whose pages share one cache.

    Raises:
        FileNotFoundError: if no Chromium is installed.
    """
    from playwright.sync_api import sync_playwright

    found = find_chromium()
    if found is None:
        raise FileNotFoundError("no Chromium found; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        try:
            yield browser.new_context(viewport={"width": width, "height": height})
        finally:
            browser.close()


def watched_page(context, home="http://127.0.0.1"):
    """Open a page that records what goes wrong on it.

    Args:
        context: of the browser.
        home: how the addresses begin that it may load.

    Returns:
        The page; its list ``page.problems`` fills with console errors, uncaught
        exceptions, and requests that would leave this machine.
    """
    page = context.new_page()
    page.problems = []
    page.on("console", lambda message: _note_console(page, message))
    page.on("pageerror", lambda error: page.problems.append(f"page: {error}"))
    page.on("request", lambda request: _note_request(page, request, home))
    return page


@contextlib.contextmanager
def browser_page(width=1280, height=900):
    """Yield a watched page of a Chromium of its own."""
    with chromium(width, height) as context:
        yield watched_page(context)


def _note_console(page, message):
    if message.type == "error" and not any(word in message.text for word in HARMLESS):
        page.problems.append(f"console: {message.text}")


def _note_request(page, request, home):
    here = (home, home.replace("http", "ws"), "data:", "blob:")
    if not request.url.startswith(here):
        page.problems.append(f"left this machine: {request.url}")


def open_notebook(page, address, token, path, seconds=60):
    """Open a notebook in JupyterLab and wait until its kernel is idle.

    JupyterLab is loaded if the page does not show it yet.
    """
    if page.evaluate("() => 'jupyterapp' in window"):
        page.evaluate(_OPEN, path)
    else:
        page.goto(f"{address}/doc/tree/{path}?reset&token={token}")
    page.wait_for_function(_KERNEL_IDLE, polling=LOOK, timeout=seconds * 1000)


def run_all(page, seconds=180):
    """Run all cells; wait for the last of them, or for the first that fails.

    Raises:
        playwright TimeoutError: if the notebook takes longer than ``seconds``.
    """
    page.evaluate(_RUN_ALL)
    done = "() => window.allWereRun"
    page.wait_for_function(done, polling=LOOK, timeout=seconds * 1000)


def cell_errors(page):
    """Return the text of every error and every stderr output in the notebook."""
    return page.evaluate(_ERRORS)


_OPEN = """async (path) => {
    await jupyterapp.commands.execute('docmanager:open', { path });
}"""
_KERNEL_IDLE = """() => window.jupyterapp?.shell?.currentWidget?.sessionContext
    ?.session?.kernel?.status === 'idle'"""
_RUN_ALL = """() => {
    window.allWereRun = false;
    jupyterapp.commands.execute('notebook:run-all-cells')
        .finally(() => { window.allWereRun = true; });
}"""
_ERRORS = """() => [...jupyterapp.shell.currentWidget.context.model.cells]
    .filter((cell) => cell.type === 'code')
    .flatMap((cell) => cell.outputs.toJSON())
    .filter((output) => output.output_type === 'error' || output.name === 'stderr')
    .map((output) => output.evalue ?? output.text)"""
