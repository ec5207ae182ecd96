"""What kind of device a user agent says it is. Of the agent itself nothing is kept."""

from __future__ import annotations

import re

#: Programs, and what checks whether we are there: no readers. Browsers that programs drive say so.
#: All are asked of small letters: an expression that ignores case takes sixty times as long.
_PROGRAM = re.compile(
    r"bot\b|crawl|spider|slurp|curl/|wget/|python|httpx|aiohttp|go-http|java/|okhttp|libwww|perl"
    r"|ruby|node|axios|php|powershell|postman|insomnia|headless|phantom|scan|nmap|nikto|sqlmap"
    r"|health|monitor|uptime|pingdom|prometheus|blackbox|probe|nagios|zabbix|apachebench|k6/"
)
_TABLET = re.compile(r"ipad|tablet|silk/|android(?!.*mobile)")
_PHONE = re.compile(r"iphone|ipod|mobile|android|windows phone")
_DESKTOP = re.compile(r"windows nt|macintosh|x11|linux|cros ")
#: What is behind it decides nothing.
_READ = 400


def device(agent: str) -> str:
    """One of "phone", "tablet", "desktop" and "other"; "" for a program that is no reader."""
    said = agent[:_READ].lower()
    if not said.strip(" -") or _PROGRAM.search(said):
        return ""
    kinds = {"tablet": _TABLET, "phone": _PHONE, "desktop": _DESKTOP}
    return next((kind for kind, words in kinds.items() if words.search(said)), "other")
