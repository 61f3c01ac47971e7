"""Hold requirements.lock against pip-audit's feed of known vulnerabilities, if it is there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_WITHIN_S = 120
_AUDIT = Path(__file__).parent.parent / ".cache" / "audit" / "bin" / "pip-audit"
_HOW = ("--disable-pip", "--require-hashes", "--timeout", "5", "--progress-spinner", "off")


def main() -> int:
    """One line, or one for each vulnerability; only these fail."""
    known = _asked()
    audited = [each for each in known if "vulns" in each]
    if not audited:
        print("pip-audit: its feed cannot be reached from here; nothing is audited")
        return 0
    bad = [each for each in audited if each["vulns"]]
    for each in bad:
        ids = ", ".join(vulnerability["id"] for vulnerability in each["vulns"])
        print(f"pip-audit: {each['name']} {each['version']}: {ids}")
    missing = len(known) - len(audited)
    unknown = f"; {missing} are not in the feed" if missing else ""
    print(f"pip-audit: {len(audited) - len(bad)} of {len(audited)} packages are well{unknown}")
    return 1 if bad else 0


def _asked() -> list[dict[str, Any]]:
    command = [str(_AUDIT), "-r", "requirements.lock", "-f", "json", *_HOW]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_WITHIN_S, check=False)
        return list(json.loads(ran.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []


sys.exit(main())
