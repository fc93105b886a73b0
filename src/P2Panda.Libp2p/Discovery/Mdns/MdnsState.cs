using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>
/// Discovery on the links of one host as a state machine: packets and instants in; packets, events and deadlines out. Answers always go
/// to the group, never to a sender: rust-libp2p does not read the socket its queries leave from, and nobody can use us as a reflector.
/// Not thread-safe.
/// </summary>
internal sealed class MdnsState
{
    /// <summary>Addresses of one peer that are remembered.</summary>
    public const int MaxAddressesPerPeer = 16;

    /// <summary>New peers, and sixteen times as many new addresses, that are learned per second.</summary>
    public const int NewPeersPerSecond = 32;

    /// <summary>Answers on one link in a burst; one per second in the long run.</summary>
    public const int AnswerBurst = 5;

    /// <summary>Packets that wait to be sent.</summary>
    public const int MaxOutputs = 64;

    private const int MaxAddressesPerAnswer = 29;   // as rust-libp2p

    private static readonly TimeSpan FirstProbe = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan JitterMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Nothing is believed for longer, whatever a record says.</summary>
    private static readonly TimeSpan TtlMax = TimeSpan.FromHours(2);

    private readonly MdnsOptions _options;
    private readonly PeerId _self;
    private readonly Func<IReadOnlyList<Multiaddr>> _ownAddresses;
    private readonly Random _random;
    private readonly string _service;
    private readonly string _instance;
    private readonly Dictionary<(int, AddressFamily), LinkState> _links = [];
    private readonly Dictionary<PeerId, Dictionary<Multiaddr, TimeSpan>> _known = [];
    private readonly Queue<(MdnsLink Link, byte[] Packet)> _outputs = [];
    private readonly Queue<MdnsEvent> _events = [];
    private readonly long[] _drops = new long[Enum.GetValues<MdnsDrop>().Length];
    private int _addressCount;
    private bool _hasLeft;
    private readonly Allowance _newPeers = new(NewPeersPerSecond, NewPeersPerSecond);
    private readonly Allowance _newAddresses = new(NewPeersPerSecond * MaxAddressesPerPeer, NewPeersPerSecond * MaxAddressesPerPeer);

    /// <param name="options">How.</param>
    /// <param name="self">Us, to be left out of what is learned.</param>
    /// <param name="ownAddresses">Our addresses at the moment.</param>
    /// <param name="random">Ids, jitter and our name, which is not to be the peer id.</param>
    public MdnsState(MdnsOptions options, PeerId self, Func<IReadOnlyList<Multiaddr>> ownAddresses, Random random)
    {
        _options = options;
        _self = self;
        _ownAddresses = ownAddresses;
        _random = random;
        _service = options.Service.ToLowerInvariant();
        _instance = $"{new string(random.GetItems<char>("abcdefghijklmnopqrstuvwxyz0123456789", 40))}.{_service}";
    }

    public int AddressCount => _addressCount;

    public IReadOnlyList<MdnsPeer> Peers => [.. _known.Select(known => new MdnsPeer(known.Key, [.. known.Value.Keys]))];

    public long Drops(MdnsDrop reason) => _drops[(int)reason];

    /// <summary>When <see cref="Advance"/> has something to do; null for never.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            TimeSpan? due = null;
            foreach (var link in _links.Values)
            {
                due = Earlier(due, link.NextQuery);
            }

            foreach (var expiry in _known.Values.SelectMany(addresses => addresses.Values))
            {
                due = Earlier(due, expiry);
            }

            return due;
        }
    }

    /// <summary>The links there are now. New ones are asked on at once; what was learned on others ends in its own time.</summary>
    public void SetLinks(IReadOnlyList<MdnsLink> links, TimeSpan now)
    {
        foreach (var gone in _links.Keys.Except(links.Select(link => link.Key)).ToList())
        {
            _links.Remove(gone);
        }

        foreach (var link in links)
        {
            if (_links.TryGetValue(link.Key, out var state))
            {
                state.Link = link;
            }
            else
            {
                _links.Add(link.Key, new LinkState(link) { NextQuery = now + Jitter(), Pause = FirstProbe, Answers = new Allowance(1, AnswerBurst) });
            }
        }
    }

    public void Receive(ReadOnlySpan<byte> packet, IPAddress source, (int Index, AddressFamily Family) on, TimeSpan now)
    {
        if (!_links.TryGetValue(on, out var link) || !link.Link.IsOnLink(source))
        {
            Drop(MdnsDrop.OffLink);
            return;
        }

        if (DnsMessage.TryDecode(packet) is not { } message)
        {
            Drop(MdnsDrop.Malformed);
            return;
        }

        if (message.IsResponse)
        {
            Learn(message, source, link, now);
        }
        else if (!_hasLeft)
        {
            Answer(message, link, now);
        }
    }

    public void Advance(TimeSpan now)
    {
        foreach (var link in _links.Values.Where(link => link.NextQuery <= now))
        {
            Send(link.Link, MdnsPackets.Query((ushort)_random.Next(65536), _service));
            link.NextQuery = now + link.Pause + Jitter();
            link.Pause = link.Pause * 2 < _options.QueryInterval ? link.Pause * 2 : _options.QueryInterval;
        }

        foreach (var (peer, addresses) in _known)
        {
            foreach (var (address, expiry) in addresses)
            {
                if (expiry <= now)
                {
                    Forget(peer, addresses, address);
                }
            }
        }
    }

    /// <summary>Takes back what we said, for good: a question that comes after it is not answered.</summary>
    public void Leave()
    {
        _hasLeft = true;
        foreach (var link in _links.Values)
        {
            SendAddresses(link.Link, id: 0, ttl: 0);
        }
    }

    public bool TryTakeOutput(out (MdnsLink Link, byte[] Packet) output) => _outputs.TryDequeue(out output);

    public bool TryTakeEvent(out MdnsEvent happened) => _events.TryDequeue(out happened);

    private void Answer(DnsMessage message, LinkState link, TimeSpan now)
    {
        foreach (var (name, type) in message.Questions)
        {
            var isService = name == _service;
            if ((!isService && name != MdnsPackets.MetaName) || type is not (DnsMessage.Ptr or DnsMessage.Any))
            {
                continue;
            }

            if (!link.Answers.TryTake(now))
            {
                Drop(MdnsDrop.AnswerBudget);
            }
            else if (isService)
            {
                SendAddresses(link.Link, message.Id, (uint)_options.Ttl.TotalSeconds);
            }
            else
            {
                Send(link.Link, MdnsPackets.MetaAnswer(message.Id, _service, (uint)_options.Ttl.TotalSeconds));
            }

            return;   // one answer a query, however often it asks
        }
    }

    /// <summary>Our addresses on this link. What others cannot reach from there is no use to them.</summary>
    private void SendAddresses(MdnsLink link, ushort id, uint ttl)
    {
        var addresses = _ownAddresses()
            .Where(address => !address.IsRelayed && address.TryGetIp(out var ip) && link.IsOwn(ip))
            .Take(MaxAddressesPerAnswer)
            .Select(address => address.WithPeer(_self));
        foreach (var packet in MdnsPackets.Answers(id, _service, _instance, ttl, addresses))
        {
            Send(link, packet);
        }
    }

    private void Learn(DnsMessage message, IPAddress source, LinkState link, TimeSpan now)
    {
        if (!message.Records.Any(record => record.Type == DnsMessage.Ptr && record.Name == _service))
        {
            return;
        }

        var told = new Dictionary<PeerId, (TimeSpan Ttl, List<Multiaddr> Addresses)>();
        foreach (var record in message.Records.Where(record => record.Type == DnsMessage.Txt))
        {
            var ttl = TimeSpan.FromSeconds(Math.Min(record.TtlSeconds, TtlMax.TotalSeconds));
            foreach (var text in record.Texts)
            {
                if (text.StartsWith(MdnsPackets.AddressPrefix, StringComparison.Ordinal)
                    && Multiaddr.TryParse(text[MdnsPackets.AddressPrefix.Length..], out var address)
                    && address.Peer is { } peer && peer != _self)
                {
                    var entry = told.TryGetValue(peer, out var before) ? before : (Ttl: ttl, Addresses: []);
                    entry.Addresses.AddRange(Usable(address.WithoutPeer(), source, link.Link));
                    told[peer] = entry;
                }
            }
        }

        foreach (var (peer, (ttl, addresses)) in told)
        {
            if (ttl == TimeSpan.Zero)
            {
                Goodbye(peer, addresses);
            }
            else if (addresses.Count > 0)
            {
                link.Pause = _options.QueryInterval;   // somebody is here: no need to hurry any more
                Remember(peer, addresses, ttl, now);
            }
        }
    }

    /// <summary>
    /// An address at the sender's IP, as rust-libp2p makes it, and the one that was told when it is on this link. Others would let
    /// anybody here send us dialing to whomever they like.
    /// </summary>
    private IEnumerable<Multiaddr> Usable(Multiaddr address, IPAddress source, MdnsLink link)
    {
        if (address.IsRelayed || !address.TryGetIp(out var ip))
        {
            Drop(MdnsDrop.ForeignAddress);
            yield break;
        }

        var canBeSource = ip.AddressFamily == source.AddressFamily && !source.IsIPv6LinkLocal;   // a zone is lost in a multiaddr
        if (canBeSource)
        {
            yield return address.WithIp(new IPAddress(source.GetAddressBytes()));
        }

        if (canBeSource && ip.GetAddressBytes().AsSpan().SequenceEqual(source.GetAddressBytes()))
        {
            yield break;
        }

        if (link.IsOnLink(ip) && !ip.IsIPv6LinkLocal)
        {
            yield return address;
        }
        else if (!canBeSource)
        {
            Drop(MdnsDrop.ForeignAddress);
        }
    }

    private void Remember(PeerId peer, List<Multiaddr> addresses, TimeSpan ttl, TimeSpan now)
    {
        var isNew = !_known.TryGetValue(peer, out var known);
        if (isNew && !_newPeers.TryTake(now))
        {
            Drop(MdnsDrop.LearnBudget);
            return;
        }

        known ??= [];
        var fresh = false;
        foreach (var address in addresses)
        {
            if (!known.ContainsKey(address))
            {
                if (known.Count >= MaxAddressesPerPeer || _addressCount >= _options.MaxAddresses)
                {
                    Drop(MdnsDrop.Full);
                    continue;
                }

                if (!_newAddresses.TryTake(now))
                {
                    Drop(MdnsDrop.LearnBudget);
                    continue;
                }

                _addressCount++;
                fresh = true;
            }

            known[address] = now + ttl;
        }

        if (known.Count == 0)
        {
            return;
        }

        _known[peer] = known;
        _events.Enqueue(new(fresh ? MdnsEventKind.Discovered : MdnsEventKind.Refreshed, peer, [.. known.Keys], ttl));
    }

    private void Goodbye(PeerId peer, List<Multiaddr> addresses)
    {
        if (_known.TryGetValue(peer, out var known))
        {
            foreach (var address in addresses)
            {
                Forget(peer, known, address);
            }
        }
    }

    private void Forget(PeerId peer, Dictionary<Multiaddr, TimeSpan> known, Multiaddr address)
    {
        if (!known.Remove(address))
        {
            return;
        }

        _addressCount--;
        if (known.Count == 0)
        {
            _known.Remove(peer);
            _events.Enqueue(new(MdnsEventKind.Expired, peer, [], TimeSpan.Zero));
        }
    }

    private void Send(MdnsLink link, byte[] packet)
    {
        if (_outputs.Count < MaxOutputs)
        {
            _outputs.Enqueue((link, packet));
        }
    }

    private void Drop(MdnsDrop reason) => _drops[(int)reason]++;

    private TimeSpan Jitter() => JitterMax * _random.NextDouble();

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan b) => a is { } other && other < b ? other : b;

    private sealed class LinkState(MdnsLink link)
    {
        public MdnsLink Link { get; set; } = link;

        public TimeSpan NextQuery { get; set; }

        public TimeSpan Pause { get; set; }

        public required Allowance Answers { get; init; }
    }

    /// <summary>So many per second, so many at once.</summary>
    private sealed class Allowance(double perSecond, int burst)
    {
        private double _left = burst;
        private TimeSpan _at;

        public bool TryTake(TimeSpan now)
        {
            _left = Math.Min(burst, _left + ((now - _at).TotalSeconds * perSecond));
            _at = now;
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }
}
