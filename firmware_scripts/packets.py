"""What a machine sent, from a capture of its network card: which of it stays on the cable, and which would leave."""

import ipaddress
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_ICMPV6 = {
    133: "router solicitation",
    135: "neighbour solicitation",
    136: "neighbour advertisement",
    143: "multicast report",
}


def frames(capture: Path) -> Iterator[bytes]:
    """The Ethernet frames of a pcap file. Raises ValueError where it is none."""
    content = capture.read_bytes()
    if len(content) < 24 or struct.unpack_from("<I", content)[0] != 0xA1B2C3D4:
        raise ValueError(f"{capture} is no capture")
    at = 24
    while at + 16 <= len(content):
        length = struct.unpack_from("<I", content, at + 8)[0]
        yield content[at + 16 : at + 16 + length]
        at += 16 + length


def kind(frame: bytes) -> str:
    """What a frame is, in words; what could leave the house begins with "to" and its destination."""
    ethertype = struct.unpack_from(">H", frame, 12)[0]
    if ethertype == 0x0806:
        return "ARP"
    if ethertype == 0x0800:
        header = (frame[14] & 15) * 4
        protocol, target = frame[23], ipaddress.ip_address(frame[30:34])
        port = struct.unpack_from(">H", frame, 14 + header + 2)[0] if protocol in (6, 17) else None
    elif ethertype == 0x86DD:
        protocol, target = frame[20], ipaddress.ip_address(frame[38:54])
        at = 54
        if protocol == 0:  # hop-by-hop options come first
            protocol, at = frame[54], 54 + (frame[55] + 1) * 8
        if protocol == 58:
            return f"IPv6 {_ICMPV6[frame[at]]}" if frame[at] in _ICMPV6 else f"to {target}, ICMPv6 {frame[at]}"
        port = struct.unpack_from(">H", frame, at + 2)[0] if protocol in (6, 17) else None
    else:
        return f"to all, Ethernet type {ethertype:#06x}"
    if protocol == 17 and port in (67, 547):
        return "DHCP"
    if target in _MDNS and port == 5353:
        return "mDNS on the cable"
    if str(target) == "224.0.0.22" and protocol == 2:
        return "IGMP on the cable"
    return f"to {target}, protocol {protocol}" + (f", port {port}" if port else "")


_MDNS = (ipaddress.ip_address("224.0.0.251"), ipaddress.ip_address("ff02::fb"))


def sent(capture: Path, card: bytes) -> Counter[str]:
    """How many frames of each kind the network card with that address sent."""
    return Counter(kind(frame) for frame in frames(capture) if frame[6:12] == card)


def left(kinds: Counter[str]) -> list[str]:
    """Of these, what would have left the house."""
    return sorted(kind for kind in kinds if kind.startswith("to "))
