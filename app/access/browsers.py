"""A browser in two names that people know, from the long one with which it presents itself."""

from __future__ import annotations

_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("HuaweiBrowser", "Huawei"),
    ("Firefox", "Firefox"), ("HeadlessChrome", "Chromium"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(user_agent: str) -> str:
    """Edge, Windows. Most browsers claim to be several; the first of ours counts."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or user_agent[:60]
