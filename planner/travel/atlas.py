"""Imported roads on disk: one folder with arrays, a gazetteer and a note of where they come from.

`planner.travel.roads.import_roads` makes the folder, `open_atlas` reads it. The data are © OpenStreetMap
contributors under the Open Database License; every map drawn from them says so.
"""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.reasons import reason
from planner.travel.network import TIME, Arcs, Network, halved, largest_part, make_arcs, make_network
from planner.travel.outlines import Outline
from planner.travel.streets import Streets
from planner.travel.ways import Integers, Unavailable

ATTRIBUTION = "© OpenStreetMap contributors"
FORMAT = "atlas/1"
ROADS, GAZETTEER, NOTE = "roads.npz", "places.sqlite", "about.json"
SMALL = ("tail", "head", "first", "last", "lat", "lon", "ms", "decimetres", "name")
FLAGS = ("forward", "backward")


@dataclass(frozen=True, eq=False)
class Atlas:
    """Imported roads: streets, the network over them, outlines of districts, and where they come from."""

    streets: Streets
    network: Network
    outlines: tuple[Outline, ...]
    version: str
    """Changes with every import of other data."""
    folder: Path | None = None

    @property
    def gazetteer(self) -> Path | None:
        """The SQLite file of names; None where there is none."""
        path = self.folder / GAZETTEER if self.folder else None
        return path if path and path.exists() else None


def make_atlas(streets: Streets, outlines: tuple[Outline, ...], version: str) -> Atlas:
    """The atlas over the largest part of all streets in which every junction can be driven to from every other."""
    kept = largest_part(*_ends_of_arcs(streets), streets.nodes)
    streets = streets.of_nodes(kept)
    network = make_network(arcs_of(streets), halved(*streets.node_points()))
    return Atlas(streets, network, outlines, version)


def arcs_of(streets: Streets) -> Arcs:
    """Directed arcs of all streets; each carries what is lost at the junction it leads to."""
    one, other = np.flatnonzero(streets.forward), np.flatnonzero(streets.backward)
    tail, head = _ends_of_arcs(streets)
    street = np.concatenate([one, other])
    weight = (streets.ms[street] + streets.lost_ms[head]) * TIME + streets.decimetres[street]
    return make_arcs(tail, head, weight, street)


def _ends_of_arcs(streets: Streets) -> tuple[Integers, Integers]:
    one, other = streets.forward, streets.backward
    tail = np.concatenate([streets.tail[one], streets.head[other]])
    head = np.concatenate([streets.head[one], streets.tail[other]])
    return tail, head


def write_atlas(atlas: Atlas, folder: Path) -> None:
    """Writes the arrays into `folder`."""
    streets, shortcuts = atlas.streets, atlas.network.shortcuts
    arrays: dict[str, Any] = {name: getattr(streets, name).astype(np.int32) for name in SMALL}
    arrays |= {name: getattr(streets, name) for name in FLAGS}
    for part in ("tail", "head", "weight"):
        arrays[f"shortcut_{part}"] = np.concatenate([getattr(one, part) for one in shortcuts])
    arrays["shortcut_count"] = np.array([len(one.tail) for one in shortcuts])
    arrays["segments"] = np.concatenate([np.zeros((0, 4)), *(one.segments for one in atlas.outlines)])
    arrays["segment_count"] = np.array([len(one.segments) for one in atlas.outlines], dtype=np.int64)
    texts = {
        "format": FORMAT,
        "version": atlas.version,
        "nodes": streets.nodes,
        "names": streets.names,
        "outlines": [one.name for one in atlas.outlines],
    }
    np.savez(folder / ROADS, cell=atlas.network.cell, texts=np.array(json.dumps(texts)), **arrays)


def open_atlas(folder: Path) -> Atlas:
    """The atlas in `folder`. Raises Unavailable where there is none, or none of this format."""
    try:
        with np.load(folder / ROADS, allow_pickle=False) as file:
            data = {name: file[name] for name in file.files}
        texts = json.loads(str(data["texts"]))
        if texts["format"] != FORMAT:
            raise ValueError(texts["format"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Unavailable(reason("travel_no_data", folder=folder.name)) from error
    arrays: dict[str, Any] = {name: data[name].astype(np.int64) for name in SMALL}
    arrays |= {name: data[name] for name in FLAGS}
    names = tuple((zh, en) for zh, en in texts["names"])
    streets = Streets(**arrays, names=names, nodes=texts["nodes"])
    ends = np.cumsum(data["shortcut_count"])[:-1]
    parts = [np.split(data[f"shortcut_{part}"], ends) for part in ("tail", "head", "weight")]
    shortcuts = tuple(
        Arcs(tail, head, weight, np.full(len(tail), -1)) for tail, head, weight in zip(*parts, strict=True)
    )
    network = Network(streets.nodes, arcs_of(streets), data["cell"], shortcuts)
    pieces = np.split(data["segments"], np.cumsum(data["segment_count"])[:-1]) if texts["outlines"] else []
    outlines = tuple(Outline(name, piece) for name, piece in zip(texts["outlines"], pieces, strict=True))
    return Atlas(streets, network, outlines, texts["version"], folder)
