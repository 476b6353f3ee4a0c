"""The cheapest path of one person under given prices: an exact dynamic program over the growth lattice.

A path is cut into stints (post, first year, length). A label sits on (lattice node = year and years served per growth
class); two labels per node with different last posts are enough, because the only thing a next stint asks about the
past is that it is another post. Tenure is the stint's length, so it needs no state of its own.
Rules and costs: docs/formats/rotation.md.

All compiled code stands in this one file: numba keeps it on disk and compiles anew when the file that a function stands
in has changed, but does not notice a change in another file that the function calls into.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ikusei.rotation.solver.tables import Tables

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Flags = NDArray[np.bool_]

HAIR = 1e-9  # an index this much below a level counts as reaching it: products of rho differ by their order
COUNTS = 3  # per seat: everybody, experts, stayers


class Labels(NamedTuple):
    """Working memory of one pricing, for one thread; two labels per node."""

    cost: NDArray[np.float64]  # (nodes, 2)
    post: NDArray[np.int64]  # (nodes, 2) post of the last stint, -1: none before
    origin: NDArray[np.int64]  # (nodes, 2) 2 * node + slot where the stint began, -1: the start
    length: NDArray[np.int64]  # (nodes, 2) years of the last stint within the horizon
    level: NDArray[np.int64]  # (nodes,) years served
    begin: NDArray[np.int64]  # (T + 2,) first node of each level


def labels(tables: Tables) -> Labels:
    """Fresh working memory."""
    nodes = len(tables.following)
    level = np.zeros(nodes, dtype=np.int64)
    for node in range(nodes):
        for after in tables.following[node]:
            if after >= 0:
                level[after] = level[node] + 1
    years = tables.option_open.shape[1]
    begin = np.searchsorted(level, np.arange(years + 2)).astype(np.int64)
    return Labels(
        np.empty((nodes, 2)),
        np.empty((nodes, 2), dtype=np.int64),
        np.empty((nodes, 2), dtype=np.int64),
        np.empty((nodes, 2), dtype=np.int64),
        level,
        begin,
    )


@njit(cache=True, nogil=True)
def _relax(labels: Labels, node: int, cost: float, post: int, origin: int, length: int) -> None:
    """Keep the label if it is the best at its node, or the best with another last post."""
    costs = labels.cost[node]
    posts = labels.post[node]
    slot = 0
    if cost < costs[0]:
        if post != posts[0] and costs[0] < np.inf:
            costs[1] = costs[0]
            posts[1] = posts[0]
            labels.origin[node, 1] = labels.origin[node, 0]
            labels.length[node, 1] = labels.length[node, 0]
    elif post != posts[0] and cost < costs[1]:
        slot = 1
    else:
        return
    costs[slot] = cost
    posts[slot] = post
    labels.origin[node, slot] = origin
    labels.length[node, slot] = length


@njit(cache=True, nogil=True)
def _reaches(tables: Tables, person: int, post: int, node: int) -> bool:
    """Would the person be an expert of the post in a year that he begins at this node."""
    axis = tables.expert_axis[post]
    if axis < 0:
        return False
    left = tables.headroom[person, axis] * tables.shrink[node, axis]
    return bool(100.0 - min(100.0, left) >= tables.expert_level[post] - HAIR)


@njit(cache=True, nogil=True)
def shortfall(tables: Tables, person: int, node: int) -> float:
    """floor(s^2 + 0.5) of somebody who ends at this node; never more than the sequential product gives."""
    worst = 0.0
    for axis in range(2):
        left = min(100.0, tables.headroom[person, axis] * tables.shrink[node, axis])
        worst = max(worst, tables.target[axis] - (100.0 - left))
    return math.floor(worst * worst + 0.5 - HAIR)


@njit(cache=True, nogil=True)
def _stay(tables: Tables, prices: Floats, person: int, labels: Labels) -> None:
    """Labels of everybody's start: nobody before, leave the current post now, or stay there some years."""
    root = 0
    current = tables.current_post[person]
    if current < 0:
        _relax(labels, root, 0.0, -1, -1, 0)
        return
    served = tables.current_years[person]
    if served >= tables.tenure_min[current]:
        _relax(labels, root, 0.0, current, -1, 0)
    first = tables.first[person]
    last = tables.last[person]
    kind = tables.post_class[current]
    for option in range(tables.options[person], tables.options[person + 1]):
        if tables.option_post[option] != current:
            continue
        cost = 0.0
        node = root
        for length in range(1, last - first + 1):
            year = first + length - 1
            if served + length > tables.tenure_max[current] or not tables.option_open[option, year]:
                break
            cost += prices[0, current, year] - tables.option_value[option, year]
            if _reaches(tables, person, current, node):
                cost -= prices[1, current, year]
            if length > 1 or first == 0:
                cost -= prices[2, current, year]
            node = tables.following[node, kind]
            if served + length >= tables.tenure_min[current] or year + 1 == last:
                _relax(labels, node, cost, current, -1, length)


@njit(cache=True, nogil=True)
def _extend(tables: Tables, prices: Floats, person: int, labels: Labels, node: int) -> None:
    """Every stint that may begin at this node."""
    first = tables.first[person]
    last = tables.last[person]
    start = first + labels.level[node]
    for option in range(tables.options[person], tables.options[person + 1]):
        if not tables.option_open[option, start]:
            continue
        post = tables.option_post[option]
        slot = 1 if labels.post[node, 0] == post else 0
        cost = labels.cost[node, slot]
        if cost == np.inf:
            continue
        if labels.post[node, slot] >= 0:
            cost += tables.move
        kind = tables.post_class[post]
        shortest = tables.tenure_min[post]
        wants = tables.expert_axis[post] >= 0
        after = node
        for length in range(1, min(tables.tenure_max[post], last - start) + 1):
            year = start + length - 1
            if not tables.option_open[option, year]:
                break
            cost += prices[0, post, year] - tables.option_value[option, year]
            if wants and prices[1, post, year] != 0.0 and _reaches(tables, person, post, after):
                cost -= prices[1, post, year]
            if length > 1:
                cost -= prices[2, post, year]
            after = tables.following[after, kind]
            if length >= shortest or year + 1 == last:
                _relax(labels, after, cost, post, 2 * node + slot, length)


@njit(cache=True, nogil=True)
def sweep(tables: Tables, prices: Floats, person: int, labels: Labels) -> int:
    """Fill the labels of one person. Returns the level of his last nodes."""
    levels = int(tables.last[person] - tables.first[person])
    for node in range(labels.begin[levels + 1]):
        labels.cost[node, 0] = np.inf
        labels.cost[node, 1] = np.inf
        labels.post[node, 0] = -2
        labels.post[node, 1] = -2
    if tables.blocked[person]:
        return levels
    if levels == 0:
        _relax(labels, 0, 0.0, -1, -1, 0)
        return levels
    _stay(tables, prices, person, labels)
    for node in range(labels.begin[levels]):
        if labels.cost[node, 0] < np.inf:
            _extend(tables, prices, person, labels, node)
    return levels


@njit(cache=True, nogil=True)
def trace(tables: Tables, person: int, labels: Labels, node: int, slot: int, path: Ints) -> None:
    """Write the path that ends in a label: post per year, -1 where absent."""
    path[:] = -1
    year = tables.first[person] + labels.level[node]
    while True:
        length = labels.length[node, slot]
        for back in range(length):
            path[year - 1 - back] = labels.post[node, slot]
        year -= length
        origin = labels.origin[node, slot]
        if origin < 0:
            return
        node = origin // 2
        slot = origin % 2


@njit(cache=True, nogil=True)
def cheapest(tables: Tables, prices: Floats, person: int, labels: Labels, path: Ints) -> float:
    """The least cost of one person's path under prices (3, P, T); writes the path. inf where there is none.

    prices[0] is paid for a seat, prices[1] earned by an expert, prices[2] by a stayer.
    """
    levels = sweep(tables, prices, person, labels)
    best = np.inf
    end = -1
    for node in range(labels.begin[levels], labels.begin[levels + 1]):
        if labels.cost[node, 0] < np.inf:
            cost = labels.cost[node, 0] + tables.balance * shortfall(tables, person, node)
            if cost < best:
                best = cost
                end = node
    if end >= 0:
        trace(tables, person, labels, end, 0, path)
    return best


@njit(cache=True, nogil=True)
def facts(tables: Tables, person: int, path: Ints, expert: Flags, stayer: Flags) -> float:
    """The person's own cost of a path (values, moves, balance); marks the years he is an expert or a stayer."""
    cost = 0.0
    before = tables.current_post[person]
    gq = tables.headroom[person, 0]
    dq = tables.headroom[person, 1]
    for year in range(tables.first[person], tables.last[person]):
        post = path[year]
        for option in range(tables.options[person], tables.options[person + 1]):
            if tables.option_post[option] == post:
                cost -= tables.option_value[option, year]
                break
        if before >= 0 and before != post:
            cost += tables.move
        stayer[year] = before == post and (year > tables.first[person] or year == 0)
        axis = tables.expert_axis[post]
        left = gq if axis == 0 else dq
        expert[year] = axis >= 0 and 100.0 - min(100.0, left) >= tables.expert_level[post] - HAIR
        gq *= tables.rho[post, 0]
        dq *= tables.rho[post, 1]
        before = post
    worst = max(0.0, tables.target[0] - 100.0 + min(100.0, gq), tables.target[1] - 100.0 + min(100.0, dq))
    return float(cost + tables.balance * math.floor(worst * worst + 0.5))


@njit(cache=True, nogil=True)
def price_people(
    tables: Tables, prices: Floats, people: Ints, labels: Labels, paths: Ints, costs: Floats, counts: Ints
) -> None:
    """Price `people`: paths (N, T) and costs (N,) are written, counts (3, P, T) of seats, experts, stayers added to."""
    years = paths.shape[1]
    expert = np.zeros(years, dtype=np.bool_)
    stayer = np.zeros(years, dtype=np.bool_)
    for person in people:
        costs[person] = cheapest(tables, prices, person, labels, paths[person])
        if costs[person] == np.inf:
            continue
        facts(tables, person, paths[person], expert, stayer)
        for year in range(tables.first[person], tables.last[person]):
            post = paths[person, year]
            counts[0, post, year] += 1
            counts[1, post, year] += expert[year]
            counts[2, post, year] += stayer[year]


# --- Every path that is nearly the cheapest: the columns that a good plan can use -----------------------------------


class Ahead(NamedTuple):
    """Working memory: the two cheapest ways on from each node, with different next posts; and a stack of prefixes."""

    cost: NDArray[np.float64]  # (nodes, 2)
    post: NDArray[np.int64]  # (nodes, 2) next post; -2: the end
    stack_node: NDArray[np.int64]
    stack_post: NDArray[np.int64]
    stack_cost: NDArray[np.float64]
    stack_path: NDArray[np.int64]  # (depth, T)


def ahead(tables: Tables) -> Ahead:
    """Fresh working memory."""
    nodes, years = len(tables.following), tables.option_open.shape[1]
    widest = int(np.max(np.diff(tables.options), initial=0)) + 1
    depth = widest * years * years + 2
    return Ahead(
        np.empty((nodes, 2)),
        np.empty((nodes, 2), dtype=np.int64),
        np.empty(depth, dtype=np.int64),
        np.empty(depth, dtype=np.int64),
        np.empty(depth),
        np.empty((depth, years), dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def _look_ahead(
    tables: Tables, prices: Floats, person: int, labels: Labels, memory: Ahead, levels: int
) -> None:
    """Fill the cheapest ways on from every node that the forward sweep reached."""
    first = tables.first[person]
    last = tables.last[person]
    for node in range(labels.begin[levels + 1] - 1, -1, -1):
        memory.cost[node, 0] = np.inf
        memory.cost[node, 1] = np.inf
        memory.post[node, 0] = -2
        memory.post[node, 1] = -2
        if labels.level[node] == levels:
            memory.cost[node, 0] = tables.balance * shortfall(tables, person, node)
            continue
        if labels.cost[node, 0] == np.inf:
            continue
        start = first + labels.level[node]
        for option in range(tables.options[person], tables.options[person + 1]):
            post = tables.option_post[option]
            kind = tables.post_class[post]
            cost = 0.0
            best = np.inf
            after = node
            for length in range(1, min(tables.tenure_max[post], last - start) + 1):
                year = start + length - 1
                if not tables.option_open[option, year]:
                    break
                cost += prices[0, post, year] - tables.option_value[option, year]
                if _reaches(tables, person, post, after):
                    cost -= prices[1, post, year]
                if length > 1:
                    cost -= prices[2, post, year]
                after = tables.following[after, kind]
                if length >= tables.tenure_min[post] or year + 1 == last:
                    best = min(best, cost + _onward(tables, memory, after, post))
            if best < memory.cost[node, 0]:
                memory.cost[node, 1] = memory.cost[node, 0]
                memory.post[node, 1] = memory.post[node, 0]
                memory.cost[node, 0] = best
                memory.post[node, 0] = post
            elif best < memory.cost[node, 1]:
                memory.cost[node, 1] = best
                memory.post[node, 1] = post


@njit(cache=True, nogil=True)
def _onward(tables: Tables, memory: Ahead, node: int, post: int) -> float:
    """The cheapest way on from a node for somebody who comes from `post` (-1: from nowhere)."""
    if memory.post[node, 0] == -2:
        return float(memory.cost[node, 0])
    cost = memory.cost[node, 1] if memory.post[node, 0] == post else memory.cost[node, 0]
    if post >= 0:
        cost += tables.move
    return float(cost)


@njit(cache=True, nogil=True)
def _push(memory: Ahead, top: int, node: int, post: int, cost: float, path: Ints) -> int:
    memory.stack_node[top] = node
    memory.stack_post[top] = post
    memory.stack_cost[top] = cost
    memory.stack_path[top] = path
    return top + 1


@njit(cache=True, nogil=True)
def _starts(tables: Tables, prices: Floats, person: int, memory: Ahead, limit: float, path: Ints) -> int:
    """Push the ways to begin: from nowhere, out of the current post, or on in it. Returns the height of the stack."""
    path[:] = -1
    current = tables.current_post[person]
    if current < 0:
        return _push(memory, 0, 0, -1, 0.0, path)
    top = 0
    served = tables.current_years[person]
    if served >= tables.tenure_min[current]:
        top = _push(memory, top, 0, current, 0.0, path)
    first = tables.first[person]
    last = tables.last[person]
    for option in range(tables.options[person], tables.options[person + 1]):
        if tables.option_post[option] != current:
            continue
        cost = 0.0
        node = 0
        for length in range(1, last - first + 1):
            year = first + length - 1
            if served + length > tables.tenure_max[current] or not tables.option_open[option, year]:
                break
            path[year] = current
            cost += prices[0, current, year] - tables.option_value[option, year]
            if _reaches(tables, person, current, node):
                cost -= prices[1, current, year]
            if length > 1 or first == 0:
                cost -= prices[2, current, year]
            node = tables.following[node, tables.post_class[current]]
            leaves = served + length >= tables.tenure_min[current] or year + 1 == last
            if leaves and cost + _onward(tables, memory, node, current) <= limit:
                top = _push(memory, top, node, current, cost, path)
    return top


@njit(cache=True, nogil=True)
def _list(
    tables: Tables,
    prices: Floats,
    person: int,
    labels: Labels,
    memory: Ahead,
    levels: int,
    limit: float,
    found: Ints,
    reduced: Floats,
) -> int:
    """Write every path that costs at most `limit`. Returns how many, or one more than there is room for."""
    first = tables.first[person]
    last = tables.last[person]
    path = np.empty(found.shape[1], dtype=np.int64)
    top = _starts(tables, prices, person, memory, limit, path)
    number = 0
    while top > 0:
        top -= 1
        node = memory.stack_node[top]
        before = memory.stack_post[top]
        base = memory.stack_cost[top]
        path[:] = memory.stack_path[top]
        if labels.level[node] == levels:
            cost = base + memory.cost[node, 0]
            if cost <= limit:
                if number == len(found):
                    return number + 1
                found[number] = path
                reduced[number] = cost
                number += 1
            continue
        start = first + labels.level[node]
        if before >= 0:
            base += tables.move
        for option in range(tables.options[person], tables.options[person + 1]):
            post = tables.option_post[option]
            if post == before:
                continue
            cost = base
            after = node
            for length in range(1, min(tables.tenure_max[post], last - start) + 1):
                year = start + length - 1
                if not tables.option_open[option, year]:
                    break
                path[year] = post
                cost += prices[0, post, year] - tables.option_value[option, year]
                if _reaches(tables, person, post, after):
                    cost -= prices[1, post, year]
                if length > 1:
                    cost -= prices[2, post, year]
                after = tables.following[after, tables.post_class[post]]
                leaves = length >= tables.tenure_min[post] or year + 1 == last
                if leaves and cost + _onward(tables, memory, after, post) <= limit:
                    top = _push(memory, top, after, post, cost, path)
            path[start:] = -1
    return number


@njit(cache=True, nogil=True)
def near_paths(
    tables: Tables,
    prices: Floats,
    person: int,
    labels: Labels,
    memory: Ahead,
    margin: float,
    found: Ints,
    reduced: Floats,
) -> tuple[int, float, float]:
    """Write the paths within `margin` of the cheapest to found (room, T), their reduced costs to reduced (room,).

    Where there are more than room, the margin is narrowed until they fit. Returns (how many, cost of the cheapest, margin).
    """
    levels = sweep(tables, prices, person, labels)
    if levels == 0:
        found[0] = -1
        reduced[0] = 0.0
        return (0 if tables.blocked[person] else 1), tables.balance * shortfall(tables, person, 0), margin
    _look_ahead(tables, prices, person, labels, memory, levels)
    least = np.inf
    for node in range(labels.begin[levels], labels.begin[levels + 1]):
        if labels.cost[node, 0] < np.inf:
            least = min(least, labels.cost[node, 0] + tables.balance * shortfall(tables, person, node))
    if least == np.inf:
        return 0, least, margin
    while True:
        number = _list(tables, prices, person, labels, memory, levels, least + margin + 1e-9, found, reduced)
        if number <= len(found):
            break
        margin *= 0.6
    for entry in range(number):
        reduced[entry] -= least
    return number, least, margin


@njit(cache=True, nogil=True)
def describe(tables: Tables, person: Ints, path: Ints, cost: Floats, rows: Ints) -> None:
    """Fill cost (C,) and rows (C, 3T) of columns."""
    years = path.shape[1]
    posts = len(tables.capacity)
    expert = np.zeros(years, dtype=np.bool_)
    stayer = np.zeros(years, dtype=np.bool_)
    rows[:] = -1
    for column in range(len(person)):
        who = person[column]
        cost[column] = facts(tables, who, path[column], expert, stayer)
        for year in range(tables.first[who], tables.last[who]):
            row = path[column, year] * years + year
            rows[column, year] = row
            if expert[year]:
                rows[column, years + year] = posts * years + row
            if stayer[year]:
                rows[column, 2 * years + year] = 2 * posts * years + row
