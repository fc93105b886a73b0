using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>
/// Our own addresses: what we listen on, what others say they see (candidates), and what is confirmed to reach us. A candidate
/// is confirmed by enough distinct observers, or by somebody who tested it.
/// </summary>
public sealed class AddressTable
{
    /// <summary>Candidates remembered; the oldest makes room.</summary>
    public const int MaxCandidates = 32;

    /// <summary>Observers counted per candidate.</summary>
    public const int MaxObservers = 16;

    /// <summary>Confirmed addresses that are advertised.</summary>
    public const int MaxConfirmed = 16;

    private readonly Lock _gate = new();
    private readonly int _confirmAfter;
    private readonly List<Candidate> _candidates = [];
    private readonly List<Multiaddr> _confirmed = [];
    private readonly HashSet<Multiaddr> _byObservation = [];
    private Func<IReadOnlyList<Multiaddr>> _listening = () => [];
    private bool _observationsConfirm = true;

    /// <param name="confirmAfter">Observers that confirm a candidate: 1 as aquadoggo, 4 for the public network.</param>
    public AddressTable(int confirmAfter) => _confirmAfter = Math.Max(1, confirmAfter);

    /// <summary>What we advertise changed: confirmed addresses or those we listen on.</summary>
    public event Action? Changed;

    /// <summary>Addresses our listeners are bound to.</summary>
    public IReadOnlyList<Multiaddr> Listening => _listening();

    /// <summary>Addresses that are known to reach us from outside.</summary>
    public IReadOnlyList<Multiaddr> Confirmed
    {
        get
        {
            lock (_gate)
            {
                return [.. _confirmed];
            }
        }
    }

    /// <summary>Addresses others say they see, most recently seen first.</summary>
    public IReadOnlyList<Multiaddr> Candidates
    {
        get
        {
            lock (_gate)
            {
                return [.. Enumerable.Reverse(_candidates).Select(candidate => candidate.Address)];
            }
        }
    }

    /// <summary>Where strangers reach us: confirmed addresses and places at relays.</summary>
    public IReadOnlyList<Multiaddr> External => [.. Confirmed.Concat(Listening.Where(address => address.IsRelayed)).Distinct()];

    /// <summary>Everything to tell others: listening, then confirmed.</summary>
    public IReadOnlyList<Multiaddr> Advertised => [.. Listening.Concat(Confirmed).Distinct()];

    /// <summary>Notes what an observer saw.</summary>
    /// <param name="observed">The address the observer reported.</param>
    /// <param name="local">Our end of the connection it was observed on.</param>
    /// <param name="observer">The observer's address.</param>
    /// <param name="dialed">Whether we dialed that connection.</param>
    public void Observe(Multiaddr observed, Multiaddr local, Multiaddr observer, bool dialed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(observer);
        if (observed.IsRelayed || observer.IsRelayed || !observer.TryGetIp(out var observerIp)
            || Translate(observed.WithoutPeer(), local, dialed) is not { } candidate)
        {
            return;
        }

        var confirmed = false;
        lock (_gate)
        {
            var index = _candidates.FindIndex(known => known.Address.Equals(candidate));
            var entry = index >= 0 ? _candidates[index] : new Candidate(candidate);
            if (index >= 0)
            {
                _candidates.RemoveAt(index);
            }
            else if (_candidates.Count >= MaxCandidates)
            {
                _candidates.RemoveAt(0);
            }

            _candidates.Add(entry);
            if (entry.Observers.Count < MaxObservers)
            {
                entry.Observers.Add(GroupOf(observerIp));
            }

            if (_observationsConfirm && entry.Observers.Count >= _confirmAfter && TryConfirm(candidate))
            {
                confirmed = true;
                _byObservation.Add(candidate);
            }
        }

        if (confirmed)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Somebody reached us there, or the operator says so.</summary>
    public void Confirm(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool changed;
        lock (_gate)
        {
            changed = TryConfirm(address.WithoutPeer());
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>The address does not reach us any more.</summary>
    public void Reject(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool changed;
        lock (_gate)
        {
            changed = _confirmed.Remove(address.WithoutPeer());
            _candidates.RemoveAll(candidate => candidate.Address.Equals(address.WithoutPeer()));
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>
    /// Whether what others see confirms an address. Off, as once a test has shown that strangers do not reach us, addresses that were
    /// confirmed so are taken back; they stay candidates, which is what hole punching needs.
    /// </summary>
    internal void LetObservationsConfirm(bool confirm)
    {
        bool changed;
        lock (_gate)
        {
            _observationsConfirm = confirm;
            changed = !confirm && _confirmed.RemoveAll(_byObservation.Contains) > 0;
            if (!confirm)
            {
                _byObservation.Clear();
            }
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>The address is not confirmed any more, and stays a candidate.</summary>
    internal void Unconfirm(Multiaddr address)
    {
        bool changed;
        lock (_gate)
        {
            changed = _confirmed.Remove(address);
        }

        if (changed)
        {
            Changed?.Invoke();
        }
    }

    internal void ListeningChanged() => Changed?.Invoke();

    internal void ListenOn(Func<IReadOnlyList<Multiaddr>> listening) => _listening = listening;

    /// <summary>Observers are told apart by IPv4 address or IPv6 /56: more would be one person.</summary>
    private static string GroupOf(IPAddress ip) =>
        ip.AddressFamily == AddressFamily.InterNetwork ? ip.ToString() : Convert.ToHexString(ip.GetAddressBytes().AsSpan(0, 7));

    /// <summary>
    /// TCP dials leave from a random port: keep the observed IP, take a listening port of the same kind. QUIC dials leave from the
    /// listening socket, and on inbound connections the peer saw what it dialed: as observed.
    /// </summary>
    private Multiaddr? Translate(Multiaddr observed, Multiaddr local, bool dialed)
    {
        if (!dialed || !observed.TryGetEndPoint(MultiaddrProtocol.Tcp, out var seen) || !local.TryGetEndPoint(MultiaddrProtocol.Tcp, out var own))
        {
            return observed;
        }

        // A place at a relay begins with the relay's address, not ours.
        var listening = Listening.Where(address => !address.IsRelayed && address.TryGetEndPoint(MultiaddrProtocol.Tcp, out var bound) && bound.AddressFamily == seen.AddressFamily).ToList();
        if (listening.Count == 0)
        {
            return null;
        }

        var reusesPort = listening.Any(address => address.TryGetEndPoint(MultiaddrProtocol.Tcp, out var bound) && bound.Port == own.Port);
        return reusesPort ? observed : listening[0].WithIp(seen.Address);
    }

    private bool TryConfirm(Multiaddr address)
    {
        if (_confirmed.Contains(address) || _confirmed.Count >= MaxConfirmed)
        {
            return false;
        }

        _confirmed.Add(address);
        return true;
    }

    private sealed class Candidate(Multiaddr address)
    {
        public Multiaddr Address { get; } = address;

        public HashSet<string> Observers { get; } = [];
    }
}
