"""What a machine sent: what stays on the cable is told from what would leave the house."""

import struct
from pathlib import Path

import pytest

from firmware_scripts import packets

CARD = bytes.fromhex("525400123456")


def ethernet(ethertype: int, payload: bytes, sender: bytes = CARD) -> bytes:
    return bytes(6) + sender + struct.pack(">H", ethertype) + payload


def ipv4(target: str, protocol: int, port: int) -> bytes:
    address = bytes(int(part) for part in target.split("."))
    return ethernet(
        0x0800, b"\x45" + bytes(8) + bytes([protocol]) + bytes(2) + bytes(4) + address + struct.pack(">HH", 9, port)
    )


def ipv6(target: bytes, following: int, payload: bytes) -> bytes:
    return ethernet(0x86DD, bytes(6) + bytes([following, 1]) + bytes(16) + target + payload)


_ALL = b"\xff\x02" + bytes(13)
FRAMES = {
    "ARP": ethernet(0x0806, bytes(28)),
    "DHCP": ipv4("255.255.255.255", 17, 67),
    "mDNS on the cable": ipv4("224.0.0.251", 17, 5353),
    "IGMP on the cable": ipv4("224.0.0.22", 2, 0),
    "IPv6 router solicitation": ipv6(_ALL + b"\x02", 58, b"\x85" + bytes(7)),
    "IPv6 multicast report": ipv6(_ALL + b"\x16", 0, b"\x3a\x00" + bytes(6) + b"\x8f" + bytes(7)),
    "to 8.8.8.8, protocol 17, port 53": ipv4("8.8.8.8", 17, 53),
    "to 10.0.2.3, protocol 17, port 53": ipv4("10.0.2.3", 17, 53),
    "to 1.2.3.4, protocol 6, port 443": ipv4("1.2.3.4", 6, 443),
    "to 1.2.3.4, protocol 1": ipv4("1.2.3.4", 1, 0),
    "to 2001:db8::1, protocol 6, port 443": ipv6(
        bytes.fromhex("20010db8") + bytes(11) + b"\x01", 6, b"\x00\x09\x01\xbb"
    ),
    "to 2001:db8::1, ICMPv6 128": ipv6(bytes.fromhex("20010db8") + bytes(11) + b"\x01", 58, b"\x80" + bytes(7)),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_each_frame_is_called_what_it_is(kind: str) -> None:
    assert packets.kind(FRAMES[kind]) == kind


def test_only_what_the_machine_itself_sent_counts(tmp_path: Path) -> None:
    others = ethernet(0x0800, b"\x45" + bytes(30), sender=bytes(6))
    capture = tmp_path / "network.pcap"
    records = [*FRAMES.values(), others]
    capture.write_bytes(
        struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        + b"".join(struct.pack("<IIII", 0, 0, len(f), len(f)) + f for f in records)
    )
    kinds = packets.sent(capture, CARD)
    assert set(kinds) == set(FRAMES)
    assert len(packets.left(kinds)) == 6


def test_what_is_no_capture_is_not_taken_for_silence(tmp_path: Path) -> None:
    empty = tmp_path / "network.pcap"
    empty.write_bytes(b"")
    with pytest.raises(ValueError, match="no capture"):
        packets.sent(empty, CARD)
