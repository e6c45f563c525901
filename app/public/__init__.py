"""The open guide: what the office asks for, promises and keeps, for everybody, people and machines, without log-in."""
