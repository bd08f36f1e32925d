"""The share of the server's time that the frames of one socket may take, and those of all sockets of one address.

Whoever sends frames as fast as it can would keep the server busy with nothing else. So what a socket's frames cost is
added up, and one that costs more than its share is read more slowly; the rest is up to TCP. No honest page comes near:
a thousand frames a second cost about a twentieth of a core.

What the sockets of one address cost is added up as well, or ten of them would have ten shares, and one that comes again
and again a new one each time. But many people may be behind one address. So a socket pays for what it took itself:
while its address is over its share, it rests the longer after each turn the more it took in that turn, and the longer
the address has been over. Who floods rests for seconds, and whose click came in between for a few milliseconds.

And floods of one address take turns: others would wait for one turn of each of them, again at each step of an answer.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address
from time import monotonic, thread_time

import gevent
from gevent.event import Event

__all__ = ["Account", "Share", "Shares"]

#: Part of the server's time.
_SHARE = 0.1
#: Seconds that may be taken soon one after the other, when little was taken before: as much as a few very large frames.
_BURST = 0.5
#: Seconds that are charged at once at most: a collection of garbage is not the fault of who was served just then.
_MOST_AT_ONCE = 0.2
#: Seconds that may be taken at once, before others have a turn.
_TURN = 0.001
#: Seconds until the next turn. Not 0: greenlets that sleep for 0 seconds go on for milliseconds, in turns, before the
#: event loop looks at its sockets.
_BETWEEN = 0.0002

#: The same for all sockets of an address; what is over counts up to a bound, so that it is forgiven soon.
_SHARE_OF_ADDRESS = 0.5
_BURST_OF_ADDRESS = 1.0
_MOST_OVER = 1.5
#: Seconds over the share that double the rest. Doubling meets any number of sockets: a thousand need ten such steps.
_DOUBLING = 0.1
#: Seconds of one rest at most.
_LONGEST = 5.0
#: Seconds after which everything is forgiven.
_FORGIVEN_AFTER = (_BURST_OF_ADDRESS + _MOST_OVER) / _SHARE_OF_ADDRESS


class Account:
    """What the sockets of one address have taken together.

    Attributes:
        sockets: How many there are.
        left: When the last one had gone.
    """

    __slots__ = ("_debt", "_forgiven", "_turns", "left", "sockets")

    def __init__(self) -> None:
        self.sockets = 0
        self.left = 0.0
        self._turns: deque[Event] | None = None  # most addresses never need one
        self._debt = 0.0
        self._forgiven = 0.0

    def charge(self, taken: float, now: float) -> float:
        """Add what was taken; return the seconds that its socket has to rest for it."""
        debt = max(0.0, self._debt - (now - self._forgiven) * _SHARE_OF_ADDRESS) + taken
        self._debt = min(debt, _BURST_OF_ADDRESS + _MOST_OVER)
        self._forgiven = now
        over = self._debt - _BURST_OF_ADDRESS
        return float(min(_LONGEST, taken * 2 ** (over / _DOUBLING))) if over > 0 else 0.0

    def wait_turn(self) -> None:
        """**Blocks**: let others have a turn, the other floods of this address one by one."""
        if self._turns is None:
            self._turns = deque()
        turns, mine = self._turns, Event()
        turns.append(mine)
        try:
            if turns[0] is not mine:
                mine.wait()
            gevent.sleep(_BETWEEN)
        finally:
            was_first = turns[0] is mine
            turns.remove(mine)
            if was_first and turns:
                turns[0].set()


class Share:
    """Accounts for what one socket's frames take: in time of the processor, whatever else the machine does.

    Args:
        account: Of its address, if that is known.
    """

    __slots__ = ("_began", "_debt", "_forgiven", "account")

    def __init__(self, account: Account | None = None) -> None:
        self.account = account
        self._debt = 0.0
        self._began = 0.0
        self._forgiven = monotonic()

    def begin(self) -> None:
        """Begin to take time; what was taken before is forgiven as time passes."""
        now = monotonic()
        self._debt = max(0.0, self._debt - (now - self._forgiven) * _SHARE)
        self._forgiven = now
        self._began = thread_time()

    def yield_turn(self) -> None:
        """Let others have a turn if it is time to: then this **blocks**."""
        if thread_time() - self._began > _TURN:
            self.end()
            if self.account is not None:
                self.account.wait_turn()
            else:
                gevent.sleep(_BETWEEN)
            self.begin()

    def end(self) -> None:
        """End; this **blocks** if too much was taken, for as long as it takes to make that good."""
        taken = min(thread_time() - self._began, _MOST_AT_ONCE)
        self._debt += taken
        rest = (self._debt - _BURST) / _SHARE
        if self.account is not None:
            rest = max(rest, self.account.charge(taken, self._forgiven))
        if rest > 0:
            gevent.sleep(rest)


class Shares:
    """The shares of a server's sockets, by the addresses of their peers."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        #: Those without a socket, the one that lost its last socket first comes first: they still have to be forgiven.
        self._left: OrderedDict[str, Account] = OrderedDict()

    def __len__(self) -> int:
        return len(self._accounts)

    def open(self, address: str) -> Share:
        """Return the share of a new socket; an empty address, as a unix socket's, is one of its own."""
        now = monotonic()
        while self._left and (oldest := next(iter(self._left.items())))[1].left <= now - _FORGIVEN_AFTER:
            del self._left[oldest[0]], self._accounts[oldest[0]]
        if not address:
            return Share()
        home = _home(address)
        account = self._accounts.setdefault(home, Account())
        self._left.pop(home, None)
        account.sockets += 1
        return Share(account)

    def close(self, address: str, share: Share) -> None:
        """Take note that the socket at *address* has gone, whose share this was."""
        account, share.account = share.account, None
        if account is None:
            return
        account.sockets -= 1
        if not account.sockets:
            account.left = monotonic()
            self._left[_home(address)] = account


def _home(address: str) -> str:
    """Return what stands for an address: whoever has one of IPv6 has at least all 2^64 that begin in the same way."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:  # a proxy may say anything
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or parsed.packed[:8].hex())
