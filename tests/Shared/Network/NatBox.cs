using System.Net;

namespace P2Panda.Tests.Network;

/// <summary>Network address and port translation between a segment inside and one outside.</summary>
internal sealed class NatBox
{
    private const int FirstPort = 1024;
    private const int PortCount = 65536 - FirstPort;

    private readonly VirtualNetwork _network;
    private readonly NetworkSegment _outside;
    private readonly NatBehaviour _behaviour;
    private readonly Dictionary<(IPEndPoint Inside, object Towards), Mapping> _mappings = [];
    private readonly Dictionary<int, Mapping> _byPort = [];
    private readonly Dictionary<int, IPEndPoint> _forwards = [];

    public NatBox(VirtualNetwork network, NetworkSegment outside, IPAddress address, NatBehaviour behaviour)
    {
        _network = network;
        _outside = outside;
        _behaviour = behaviour;
        Address = address;
        Inside = new NetworkSegment(network) { Gateway = Leave };
        outside.Attach(address, Enter);
    }

    /// <summary>Address outside.</summary>
    public IPAddress Address { get; }

    public NetworkSegment Inside { get; }

    /// <summary>Datagrams from outside that were not let in.</summary>
    public long Refused { get; private set; }

    public int MappingCount => _byPort.Count;

    /// <summary>Lets everybody in at a port, as an operator may configure.</summary>
    public void Forward(int port, IPEndPoint inside) => _forwards[port] = inside;

    /// <summary>Forgets all mappings, as after a power cut.</summary>
    public void Flush()
    {
        _mappings.Clear();
        _byPort.Clear();
    }

    private void Leave(IPEndPoint from, IPEndPoint to, byte[] datagram)
    {
        var mapping = MappingFor(from, to);
        mapping.Used = _network.Time.Elapsed;
        mapping.Permitted.Add(PermissionOf(to));
        var source = new IPEndPoint(Address, mapping.Port);
        if (!to.Address.Equals(Address))
        {
            _outside.Send(source, to, datagram);
        }
        else if (_behaviour.Hairpins)
        {
            Enter(source, to, datagram);
        }
    }

    private void Enter(IPEndPoint from, IPEndPoint to, byte[] datagram)
    {
        if (_forwards.TryGetValue(to.Port, out var inside))
        {
            Inside.Send(from, inside, datagram);
            return;
        }

        if (!_byPort.TryGetValue(to.Port, out var mapping) || IsStale(mapping) || !mapping.Permitted.Contains(PermissionOf(from)))
        {
            Refused++;
            return;
        }

        mapping.Used = _network.Time.Elapsed;
        Inside.Send(from, mapping.Inside, datagram);
    }

    private Mapping MappingFor(IPEndPoint inside, IPEndPoint to)
    {
        // What an operator forwards also leaves from there.
        foreach (var (port, target) in _forwards)
        {
            if (target.Equals(inside))
            {
                return new Mapping(inside, port);
            }
        }

        var key = (inside, KeyOf(_behaviour.Mapping, to));
        if (_mappings.TryGetValue(key, out var mapping))
        {
            if (!IsStale(mapping))
            {
                return mapping;
            }

            if (_byPort.GetValueOrDefault(mapping.Port) == mapping)
            {
                _byPort.Remove(mapping.Port);
            }
        }

        mapping = new Mapping(inside, FreePort(inside.Port)) { Used = _network.Time.Elapsed };
        _mappings[key] = mapping;
        _byPort[mapping.Port] = mapping;
        return mapping;
    }

    private int FreePort(int wanted)
    {
        var port = _behaviour.PreservesPorts ? wanted : FirstPort + _network.Random.Next(PortCount);
        while (_byPort.TryGetValue(port, out var taken) && !IsStale(taken))
        {
            port = FirstPort + _network.Random.Next(PortCount);
        }

        return port;
    }

    private bool IsStale(Mapping mapping) => _network.Time.Elapsed - mapping.Used > _behaviour.Timeout;

    private object PermissionOf(IPEndPoint outside) => KeyOf(_behaviour.Filtering, outside);

    private static object KeyOf(NatDependence dependence, IPEndPoint outside) => dependence switch
    {
        NatDependence.EndpointIndependent => "",
        NatDependence.AddressDependent => outside.Address,
        _ => outside,
    };

    private sealed class Mapping(IPEndPoint inside, int port)
    {
        public IPEndPoint Inside { get; } = inside;

        public int Port { get; } = port;

        public TimeSpan Used { get; set; }

        public HashSet<object> Permitted { get; } = [];
    }
}
