"""What the configuration says of the drivers: where a broker, a hub or the pins are."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MqttConfig(_Part):
    """A broker, which has to speak MQTT 5, as mosquitto does from 1.6 on."""

    host: str = Field(min_length=1)
    port: int | None = Field(None, ge=1, le=65535)
    """None: 1883, or 8883 with TLS."""
    user: str | None = None
    password_file: Path | None = None
    """A file with nothing but the password."""
    tls: bool = False
    ca_file: Path | None = None
    """What signed the broker's certificate; None: what the system trusts."""
    zigbee2mqtt: str = "zigbee2mqtt"
    """What the topics of Zigbee2MQTT begin with: its base topic."""
    discovery: str = "homeassistant"
    """What those begin with on which devices say what they are."""

    @field_validator("zigbee2mqtt", "discovery")
    @classmethod
    def _topic(cls, topic: str) -> str:
        if not topic or any(sign in topic for sign in "+#") or topic != topic.strip("/"):
            raise ValueError(
                "should be the beginning of a topic, such as 'zigbee2mqtt', without +, # or a slash around"
            )
        return topic

    @model_validator(mode="after")
    def _complete(self) -> "MqttConfig":
        if self.password_file and not self.user:
            raise ValueError("a 'password_file' needs a 'user'")
        if self.ca_file and not self.tls:
            raise ValueError("a 'ca_file' is of use with 'tls: true' only")
        return self

    @property
    def where(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port or (8883 if self.tls else 1883)


class HomeAssistantConfig(_Part):
    """A Home Assistant."""

    url: str
    """As the browser has it: http://homeassistant.local:8123."""
    token_file: Path | None = None
    """A file with nothing but a long-lived access token; None: it is in the environment, as HARK_HOMEASSISTANT_TOKEN."""
    ca_file: Path | None = None
    """What signed its certificate; None: what the system trusts."""

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("should be like 'http://homeassistant.local:8123'; the token goes into 'token_file'")
        return url.rstrip("/")

    @property
    def socket(self) -> str:
        """The address of its WebSocket API."""
        return f"ws{self.url.removeprefix('http')}/api/websocket"


class GpioConfig(_Part):
    """The pins of this machine; which device is at which stands in the device's address."""


class DriversConfig(_Part):
    """What reaches devices, beside the simulation; nothing is connected that is not named here."""

    mqtt: MqttConfig | None = None
    homeassistant: HomeAssistantConfig | None = None
    gpio: GpioConfig | None = None

    @field_validator("gpio", mode="before")
    @classmethod
    def _named(cls, written: object) -> object:
        """``gpio:`` alone is enough."""
        return {} if written is None else written
