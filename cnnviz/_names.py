"""What each name of our JavaScript is: a variable, whose name only the program itself reads, or not."""

from cnnviz._tokens import KEYWORDS, Token

# The browser's own names that our modules may read; a test says when one is missing.
GLOBALS = frozenset(
    [
        "AbortController",
        "AbortSignal",
        "Array",
        "ArrayBuffer",
        "BigInt",
        "Blob",
        "Boolean",
        "CSS",
        "ClipboardItem",
        "CustomEvent",
        "DOMException",
        "DOMParser",
        "DataView",
        "Date",
        "DecompressionStream",
        "Document",
        "Element",
        "Error",
        "Event",
        "EventTarget",
        "File",
        "FileReader",
        "Float32Array",
        "Float64Array",
        "FormData",
        "Function",
        "HTMLElement",
        "Image",
        "ImageData",
        "Int16Array",
        "Int32Array",
        "Int8Array",
        "IntersectionObserver",
        "Intl",
        "JSON",
        "Map",
        "Math",
        "MutationObserver",
        "Node",
        "Number",
        "Object",
        "OffscreenCanvas",
        "Option",
        "Path2D",
        "Promise",
        "Proxy",
        "RangeError",
        "Reflect",
        "RegExp",
        "ResizeObserver",
        "Response",
        "Set",
        "String",
        "Symbol",
        "SyntaxError",
        "TextDecoder",
        "TextEncoder",
        "TypeError",
        "URL",
        "URLSearchParams",
        "Uint16Array",
        "Uint32Array",
        "Uint8Array",
        "Uint8ClampedArray",
        "WeakMap",
        "WeakRef",
        "WeakSet",
        "WebAssembly",
        "Worker",
        "XMLSerializer",
        "atob",
        "btoa",
        "cancelAnimationFrame",
        "cancelIdleCallback",
        "clearInterval",
        "clearTimeout",
        "console",
        "createImageBitmap",
        "crypto",
        "customElements",
        "decodeURIComponent",
        "devicePixelRatio",
        "document",
        "encodeURIComponent",
        "fetch",
        "getComputedStyle",
        "getSelection",
        "globalThis",
        "isFinite",
        "isNaN",
        "localStorage",
        "location",
        "matchMedia",
        "navigator",
        "parseFloat",
        "parseInt",
        "performance",
        "postMessage",
        "queueMicrotask",
        "requestAnimationFrame",
        "requestIdleCallback",
        "self",
        "sessionStorage",
        "setInterval",
        "setTimeout",
        "structuredClone",
        "window",
    ]
)
_BLOCK_AFTER = frozenset([")", "=>", "{", "}", ";", "else", "do", "try", "finally", "catch"])
_OUTSIDE = Token("mark", ";")


class Reader:
    """Gives a program's names their roles, by the brackets that they stand in, and tokens their places."""

    def __init__(self, program: list[Token]) -> None:
        self.program = program
        self.top: dict[str, int] = {}  # names that are declared for all, and the statement that does
        # "block", "object", "(", "[", "hole" of a template; "class" where a member's name comes, then "member" to its
        # end or "value" to its semicolon.
        self._around = ["block"]
        self._heads = 0  # of classes, whose body comes
        self._case = False
        self._declares = self._lists = False
        self._statement = self._unit = 0
        following = [*program[1:], _OUTSIDE]
        for before, token, after in zip([_OUTSIDE, *program], program, following, strict=False):
            self._place(token, before)
            if token.kind == "name":
                self._name(token, before, after)
            else:
                self._bracket(token, before)

    def _place(self, token: Token, before: Token) -> None:
        outside = len(self._around) == 1
        starts = outside and (before.text == ";" or (before.text == "}" and token.newline))
        self._statement += starts
        self._unit += starts or self._around[-1] == "class"
        token.statement, token.unit = self._statement, self._unit
        self._lists = self._lists and not starts
        if outside and token.text in ("const", "let", "function", "class"):
            self._declares = starts or before.text == "async"
            self._lists = starts and token.text in ("const", "let")
        elif outside and token.text == ",":
            self._declares = self._lists
        elif outside and token.text in ("=", "(", "extends", ";", "{") and before.text not in ("const", "let"):
            self._declares = False

    def _name(self, token: Token, before: Token, after: Token) -> None:
        token.role = self._role(token, before, after)
        if self._declares and token.role in ("variable", "shorthand"):
            self.top.setdefault(token.text, token.statement)

    def _role(self, token: Token, before: Token, after: Token) -> str:
        text, here = token.text, self._around[-1]
        first = here == "object" and before.text in ("{", ",", "async", "get", "set")
        if text[0] == "#":
            return "private"
        if before.text in (".", "?.") or here == "class" or (first and after.text in (":", "(")):
            return ""  # a property's name
        if text in KEYWORDS or text in GLOBALS:
            self._heads += text == "class"
            self._case = self._case or text in ("case", "default")
            return ""
        if before.text in ("break", "continue") and not token.newline:
            return ""  # a label
        if here == "block" and after.text == ":" and before.text in (";", "{", "}", ")"):
            return ""
        return "shorthand" if first and after.text in (",", "}", "=") else "variable"

    def _bracket(self, token: Token, before: Token) -> None:
        text, here = token.text, self._around[-1]
        if token.kind == "template":
            del self._around[len(self._around) - (text[0] == "}") :]
            self._around += ["hole"] * text.endswith("${")
        if token.kind != "mark":
            return
        if here == "class" and text in ("(", "="):
            self._around[-1] = "member" if text == "(" else "value"
        elif here == "value" and text == ";":
            self._around[-1] = "class"
        if text in ("(", "[", "{"):
            self._around.append(self._brace(before) if text == "{" else text)
        elif text in (")", "]", "}"):
            self._around.pop()
            if text == "}" and self._around[-1] == "member":
                self._around[-1] = "class"
        elif text == ":" and self._case:
            token.role, self._case = "case", False

    def _brace(self, before: Token) -> str:
        if self._heads:
            self._heads -= 1
            return "class"
        return "block" if before.role == "case" or before.text in _BLOCK_AFTER else "object"
