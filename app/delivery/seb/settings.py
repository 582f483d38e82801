"""What Safe Exam Browser is told for a sitting: the settings of its file.

The names are those of the specification (https://safeexambrowser.org/developer/documents/SEB-Specification-ConfigKeys.pdf).
Names that a version does not know it ignores, and what is not named has the strictest value there is.
"""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
from dataclasses import dataclass
from typing import Any, Final

from app.delivery.seb.errors import BadCertificate, BadVersion

QUIT_PATH: Final = (
    "/?seb=selesai"  # an address that means "close" inside Safe Exam Browser, and the log-in page elsewhere
)
SALT_BYTES: Final = 32
CERTIFICATE_AUTHORITY: Final = 2  # SSL, identity, authority, for debugging
VERSION = re.compile(r"(Win|Mac|iOS)\.\d{1,3}(\.\d{1,3}){1,2}(\.AE)?(\.min)?")

KIOSK: Final[dict[str, Any]] = {
    "sebConfigPurpose": 0,  # for an exam, not for setting up a computer
    "createNewDesktop": True,
    "killExplorerShell": False,
    "browserViewMode": 1,
    "monitorProcesses": True,
    "allowSwitchToApplications": False,
    "allowPreferencesWindow": False,
    "examSessionReconfigureAllow": False,
    "allowVirtualMachine": False,
    "allowScreenSharing": False,
    "allowDisplayMirroring": False,
    "allowedDisplaysMaxNumber": 1,
    "allowVideoCapture": False,
    "allowAudioCapture": False,
    "enablePrintScreen": False,
    "allowPrint": False,
    "enablePrivateClipboard": True,
    "enableRightMouse": False,
    "allowDeveloperConsole": False,
    "ignoreExitKeys": True,
    "allowQuit": True,
    "quitURLConfirm": False,
}
NO_HELP: Final[dict[str, Any]] = {
    "allowSpellCheck": False,
    "allowSpellCheckDictionary": [],
    "additionalDictionaries": [],
    "allowDictionaryLookup": False,
    "allowDictation": False,
    "allowSiri": False,
}
# Windows of its own are not needed by the exam page; zooming and loading it anew are.
BROWSER: Final[dict[str, Any]] = {
    "newBrowserWindowByLinkPolicy": 0,
    "newBrowserWindowByScriptPolicy": 0,
    "allowBrowsingBackForward": False,
    "browserWindowAllowReload": True,
    "showReloadButton": True,
    "enableZoomPage": True,
    "showTime": True,
    "showTaskBar": True,
    "allowWlan": True,  # a candidate whose line died may choose another network
    "URLFilterEnable": True,
    "URLFilterEnableContentFilter": False,  # it would force the old engine on macOS, which cannot tell its key
}
# Answers that are still on the way live in the browser's storage, as does the secret of the device that holds the attempt: they
# must outlive a crash of Safe Exam Browser. And what a dead line keeps back at the bell leaves it as a downloaded file.
KEEP_ANSWERS: Final[dict[str, Any]] = {
    "removeBrowserProfile": False,
    "removeLocalStorage": False,
    "examSessionClearCookiesOnStart": False,
    "examSessionClearCookiesOnEnd": False,
    "allowDownUploads": True,
    "allowDownloads": True,
    "allowUploads": False,
    "downloadDirectoryWin": "Desktop",
}
# Windows sends the keys as headers; macOS, iOS and Windows from 3.3.2 on tell them to the page, with the modern engine.
TELL_KEYS: Final[dict[str, Any]] = {"sendBrowserExamKey": True, "browserURLSalt": True, "browserWindowWebView": 3}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the office decides; all else is the same for every sitting."""

    quit_password_sha256: str
    allowed_versions: tuple[str, ...] = ()
    certificate: str | None = None  # DER in base64


def settings_for(public_url: str, choices: Choices, salt: str) -> dict[str, Any]:
    """The settings as JSON holds them, with data in base64. The salt makes each sitting's key its own."""
    authority = {"type": CERTIFICATE_AUTHORITY, "name": "CA", "certificateData": choices.certificate}
    chosen = {
        "startURL": public_url + "/",
        "quitURL": public_url + QUIT_PATH,
        "hashedQuitPassword": choices.quit_password_sha256,
        "examKeySalt": salt,
        "URLFilterRules": [{"action": 1, "active": True, "expression": public_url + "/*", "regex": False}],
        "embeddedCertificates": [authority] if choices.certificate else [],
        "sebAllowedVersions": list(choices.allowed_versions),
    }
    return KIOSK | NO_HELP | BROWSER | KEEP_ANSWERS | TELL_KEYS | chosen


def quit_password_sha256(password: str) -> str:
    """As Safe Exam Browser compares it: without a salt, and readable in the file. It keeps out a curious hand, no attacker."""
    return hashlib.sha256(password.encode()).hexdigest()


def read_versions(lines: str) -> tuple[str, ...]:
    """Versions that may be used, one a line, e.g. `Win.3.7.min`; none means any."""
    versions = tuple(line.strip() for line in lines.splitlines() if line.strip())
    for version in versions:
        if not VERSION.fullmatch(version):
            raise BadVersion(version=version)
    return versions


def read_certificate(pem: str) -> str:
    """The certificate of a test centre's own authority, in base64. A private key must never get into a file for candidates."""
    text = pem.strip()
    if "PRIVATE KEY" in text or text.count("-----BEGIN") != 1:
        raise BadCertificate
    try:
        certificate = ssl.PEM_cert_to_DER_cert(text)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(
            cadata=certificate
        )  # a file with another one opens nowhere
    except (ValueError, ssl.SSLError) as error:
        raise BadCertificate from error
    return base64.b64encode(certificate).decode()
