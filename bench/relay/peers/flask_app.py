"""Flask-SocketIO over eventlet with history: one SQLite insert for each message. PORT, HISTORY=<database file>."""
import eventlet

eventlet.monkey_patch()

import os
import sqlite3
import time

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
io = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")
rooms = {}
db = sqlite3.connect(os.environ["HISTORY"], isolation_level=None, check_same_thread=False)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, room TEXT, sender TEXT, at INTEGER, body TEXT)")
db.execute("CREATE INDEX line_room ON line (room, id)")


@io.on("connect")
def connect(auth=None):
    rooms[request.sid] = auth["room"]
    join_room(auth["room"])
    emit("joined")


@io.on("disconnect")
def disconnect(*_):
    rooms.pop(request.sid, None)


@io.on("msg")
def message(body):
    room = rooms[request.sid]
    line = (room, request.sid, int(time.time() * 1000), body)
    db.execute("INSERT INTO line (room, sender, at, body) VALUES (?, ?, ?, ?)", line)
    emit("msg", body, to=room)


if __name__ == "__main__":
    io.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_output=False)
