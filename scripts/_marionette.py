"""A Firefox to be driven without other software: its own protocol, Marionette, over a socket."""

import base64
import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
DARK, LIGHT = 0, 1
SLOW = 60  # seconds that a page may take
MESSAGES = """const all = Services.console.getMessageArray();
Services.console.reset();
return all.filter((one) => one instanceof Ci.nsIScriptError && !/^(chrome|resource|moz-extension):/.test(one.sourceName)
  && !one.category.startsWith("chrome")).map((one) => one.errorMessage);"""
# What fonts say that were not there at the first look: `font-display: optional` means that nothing waits for them.
EXPECTED = ("downloadable font", "NetworkError: A network error occurred.")


class Firefox:
    """A Firefox without a window, by Marionette: a number, a colon and so many bytes of JSON, both ways."""

    def __init__(self, path: str, profile: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        preferences = {**PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
        (profile / "user.js").write_text("".join(lines))
        options = ["--headless", "--marionette", "--remote-allow-system-access", "--profile", str(profile)]
        self.process = subprocess.Popen([path, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.line = self._connect(port).makefile("rwb")
        self.asked = 0
        self._read()
        self.ask("WebDriver:NewSession")
        self.ask("WebDriver:SetWindowRect", width=1400, height=1100)

    def _connect(self, port: int) -> socket.socket:
        for _ in range(300):
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=2 * SLOW)
            except OSError:
                time.sleep(0.1)
        raise SystemExit("Firefox did not start: its Marionette does not answer.")

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            one = self.line.read(1)
            if not one:  # else this would be asked for ever
                raise RuntimeError("Firefox has ended: its Marionette has closed the connection.")
            length += one
        return json.loads(self.line.read(int(length[:-1])))

    def ask(self, command: str, **given: Any) -> Any:
        self.asked += 1
        message = json.dumps([0, self.asked, command, given]).encode()
        self.line.write(b"%d:%b" % (len(message), message))
        self.line.flush()
        _, _, error, answer = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return answer.get("value") if isinstance(answer, dict) else answer

    def run(self, script: str, *given: Any) -> Any:
        return self.ask("WebDriver:ExecuteScript", script=script, args=list(given), sandbox=None)

    def outside(self, script: str, *given: Any) -> Any:
        """The same in the browser's own window, where preferences and the console are."""
        self.ask("Marionette:SetContext", value="chrome")
        try:
            return self.run(script, *given)
        finally:
            self.ask("Marionette:SetContext", value="content")

    def until(self, script: str) -> None:
        end = time.monotonic() + SLOW
        while not self.run(script):
            if time.monotonic() > end:
                raise RuntimeError(f"never came true: {script}")
            time.sleep(0.05)

    def open(self, url: str, width: int = 1200, scheme: int = LIGHT) -> None:
        looks = "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', arguments[0]);"
        self.outside(f"{looks} gBrowser.selectedBrowser.style.maxWidth = `${{arguments[1]}}px`;", scheme, width)
        self.outside(MESSAGES)
        self.ask("WebDriver:Navigate", url=url)

    def complaints(self) -> list[str]:
        return [text for text in self.outside(MESSAGES) if not text.startswith(EXPECTED)]

    def act(self, kind: str, *actions: dict[str, Any]) -> None:
        device = {"type": kind, "id": kind, "actions": list(actions)}
        self.ask("WebDriver:PerformActions", actions=[device])

    def press(self, key: str) -> None:
        self.act("key", {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})

    def drag(self, selector: str, way: tuple[int, int] = (0, 0)) -> None:
        """From the middle of an element by so many pixels; (0, 0) is a click."""
        script = (
            "const el = document.querySelector(arguments[0]); el.scrollIntoView({ block: 'center' });"
            "const { x, y, width, height } = el.getBoundingClientRect(); return [x + width / 2, y + height / 2];"
        )
        x, y = (round(value) for value in self.run(script, selector))
        move = {"type": "pointerMove", "x": x, "y": y, "origin": "viewport"}
        moved = {**move, "x": x + way[0], "y": y + way[1], "duration": 50}
        self.act("pointer", move, {"type": "pointerDown", "button": 0}, moved, {"type": "pointerUp", "button": 0})

    def shot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.ask("WebDriver:TakeScreenshot", full=False)))

    def end(self) -> None:
        self.ask("Marionette:Quit", flags=["eForceQuit"])
        self.process.wait(30)
