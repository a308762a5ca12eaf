"""The home: what is in it, what it is called, what reaches it."""

from speaker.home.colors import color_called as color_called
from speaker.home.colors import color_meant as color_meant
from speaker.home.description import DeviceConfig as DeviceConfig
from speaker.home.description import HomeConfig as HomeConfig
from speaker.home.device import CLIMATES as CLIMATES
from speaker.home.device import COVERS as COVERS
from speaker.home.device import KINDS as KINDS
from speaker.home.device import LIGHTS as LIGHTS
from speaker.home.device import LOCKS as LOCKS
from speaker.home.device import SENSORS as SENSORS
from speaker.home.device import VACUUMS as VACUUMS
from speaker.home.device import Device as Device
from speaker.home.device import State as State
from speaker.home.device import kind_called as kind_called
from speaker.home.driver import Driver as Driver
from speaker.home.home import Home as Home
from speaker.home.names import EVERYWHERE as EVERYWHERE
