using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>
/// The air between chips in different processes. It knows the stations, who hears whom and how well, and passes on every frame to those it
/// reaches with the moment at which it began; what the frame does there, beside others, is worked out by each station's own ether. Nothing a
/// peer says or leaves unsaid harms the others: nonsense and silence close its connection, and its frame ends with it.
/// </summary>
public sealed partial class EtherServer : IDisposable
{
    /// <summary>Stations and other peers at a time; more are turned away.</summary>
    public const int MaxPeers = 256;

    private static readonly JsonSerializerOptions RecordFormat = new(JsonSerializerDefaults.Web);

    private readonly Lock _gate = new();
    private readonly EtherServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DateTimeOffset _date;
    private readonly long _atDate;
    private readonly Dictionary<string, EtherPeer> _stations = new(StringComparer.Ordinal);
    private readonly HashSet<EtherPeer> _peers = [];
    private readonly Dictionary<(string From, string To), Link?> _links = [];
    private readonly Dictionary<(string From, string To), LinkDice> _dice = [];
    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;

    /// <summary>An ether with nobody in it.</summary>
    public EtherServer(EtherServerOptions options, ILogger<EtherServer> log)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _log = log;
        _date = DateTimeOffset.UtcNow;
        _atDate = Time.ScaledTimeProvider.Scale(TimeProvider.System.GetTimestamp(), options.Speed);
        _time = EtherClock.Of(options.Speed, _date, _atDate);
    }

    /// <summary>Names of the stations there are.</summary>
    public IReadOnlyCollection<string> Stations
    {
        get
        {
            lock (_gate)
            {
                return [.. _stations.Keys];
            }
        }
    }

    /// <summary>Seed of a station's own ether, which follows from this one's: with it <see cref="SimulatedEther.ChanceOf"/> is the same in any process.</summary>
    public static ulong SeedOf(ulong seed, string station) => Dice.Mix(seed ^ NameSeed.Of(station));

    /// <summary>Lets one station be heard by another (or no longer, with no link); both may come later.</summary>
    public void SetLink(string from, string to, Link? link)
    {
        lock (_gate)
        {
            _links[(from, to)] = link;
        }
    }

    /// <summary>Serves until it is disposed.</summary>
    /// <exception cref="SocketException">The path cannot be listened at.</exception>
    public void Listen(string path)
    {
        _listener = UnixAddress.Listen(path, MaxPeers);
        _ = AcceptAsync(_listener, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EtherPeer[] peers;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            _stop.Cancel();
            peers = [.. _peers];
        }

        _listener?.Dispose();
        foreach (var peer in peers)
            peer.Connection.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener, string path)
    {
        try
        {
            while (true)
            {
                var connection = new LineConnection(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
                var peer = new EtherPeer(connection);
                lock (_gate)
                {
                    if (_peers.Count >= MaxPeers)
                    {
                        connection.TrySend(new EtherMessage.Refused($"there are {MaxPeers} peers already").ToLine());
                        connection.Finish();
                        continue;
                    }

                    _peers.Add(peer);
                }

                _ = ServeAsync(peer);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            if (!_stop.IsCancellationRequested)
                LogStopped(path, stopped.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task ServeAsync(EtherPeer peer)
    {
        while (await peer.Connection.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { } line)
        {
            var refusal = EtherMessage.TryParse(line, out var message, out var problem) ? Take(peer, message) : problem;
            if (refusal is null)
                continue;
            LogRefused(peer.Name ?? "a peer", refusal);
            peer.Connection.TrySend(new EtherMessage.Refused(refusal).ToLine());
            peer.Connection.Finish();
            break;
        }

        lock (_gate)
        {
            _peers.Remove(peer);
            if (peer.Name is { } name && _stations.Remove(name))
            {
                Stop(peer);
                LogLeft(name);
            }
        }

        peer.Connection.Finish();
    }

    /// <summary>Does what a message asks for; says why not.</summary>
    private string? Take(EtherPeer peer, EtherMessage message)
    {
        lock (_gate)
        {
            switch (message)
            {
                case EtherMessage.Join join:
                    return Join(peer, join.Name);
                case EtherMessage.SetLink link:
                    return ChangeLink(peer, link);
                case EtherMessage.Begin begin when peer.Name is not null:
                    return Begin(peer, begin.Frame);
                case EtherMessage.Abort when peer.Name is not null:
                    Stop(peer);
                    return null;
                default:
                    return peer.Name is null ? "the first message of a station is join" : "a station says begin, abort or link";
            }
        }
    }

    private string? Join(EtherPeer peer, string name)
    {
        if (peer.Name is not null)
            return "joined already";
        if (name.Length is 0 or > 64 || name.Any(char.IsControl))
            return "a name has 1 to 64 characters";
        if (!_stations.TryAdd(name, peer))
            return $"there is a station '{name}' already";
        peer.Name = name;
        peer.Connection.TrySend(new EtherMessage.Welcome(_options.Speed, _date, _atDate, SeedOf(_options.Physics.Seed, name), _options.Physics).ToLine());
        LogJoined(name);
        return null;
    }

    private string? ChangeLink(EtherPeer peer, EtherMessage.SetLink change)
    {
        if (change.LossProbability is not (>= 0 and <= 1) || change.ShadowingDb is not (>= 0 and <= 100) || change.PathLossDb is not (null or (>= 0 and <= 1000)))
            return "a link has a path loss of 0 to 1000 dB, a loss probability of 0 to 1 and a shadowing of 0 to 100 dB";
        _links[(change.From, change.To)] = change.PathLossDb is { } pathLoss ? new Link(pathLoss, change.LossProbability, change.ShadowingDb) : null;
        LogLink(change.From, change.To, change.PathLossDb is null ? "down" : "up");
        peer.Connection.TrySend(new EtherMessage.Done().ToLine());
        return null;
    }

    private string? Begin(EtherPeer sender, EtherMessage.FrameOnAir frame)
    {
        if (frame.Problem() is { } problem)
            return problem;
        // A frame cannot begin later than it is told of, and one that began long ago is over.
        var now = _time.GetTimestamp();
        var start = Math.Clamp(frame.Start, now - EtherClock.LongestDelay, now);
        frame = frame with { Start = start };
        Stop(sender);
        sender.Frame = frame;
        Record(new
        {
            sender = sender.Name,
            frame.Start,
            airtimeNs = (long)LoraTiming.Frame(frame.Modulation, frame.Bytes.Length / 2).TotalNanoseconds,
            frame.FrequencyHz,
            frame.PowerDbm,
            frame.Modulation.SpreadingFactor,
            frame.Modulation.BandwidthHz,
            frame.Modulation.CodingRateDenominator,
            frame.Bytes,
        });
        foreach (var (name, receiver) in _stations)
        {
            if (receiver == sender)
                continue;
            var pair = (sender.Name!, name);
            var link = _links.TryGetValue(pair, out var set) ? set : _options.Everywhere;
            if (link is null)
                continue;
            if (!_dice.TryGetValue(pair, out var dice))
                _dice.Add(pair, dice = new LinkDice(Dice.Mix(_options.Physics.Seed ^ Dice.Mix(NameSeed.Of(pair.Item1)) ^ NameSeed.Of(name))));
            var (faded, shadowing) = dice.Draw(link);
            receiver.Connection.TrySend(new EtherMessage.Arrive(sender.Name!, frame, frame.PowerDbm - link.PathLossDb - shadowing, faded).ToLine());
        }

        return null;
    }

    /// <summary>Ends a station's frame, if one is on the air.</summary>
    private void Stop(EtherPeer sender)
    {
        if (sender.Frame is not { } frame)
            return;
        sender.Frame = null;
        var sent = _time.GetElapsedTime(frame.Start);
        if (sent >= LoraTiming.Frame(frame.Modulation, frame.Bytes.Length / 2))
            return;
        Record(new { sender = sender.Name, frame.Start, abortedAfterNs = (long)sent.TotalNanoseconds });
        var line = new EtherMessage.Abort(sender.Name).ToLine();
        foreach (var receiver in _stations.Values)
        {
            if (receiver != sender)
                receiver.Connection.TrySend(line);
        }
    }

    private void Record(object what)
    {
        _options.Record?.WriteLine(JsonSerializer.Serialize(what, RecordFormat));
        _options.Record?.Flush();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Station} joined.")]
    private partial void LogJoined(string station);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Station} left.")]
    private partial void LogLeft(string station);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link from {From} to {To} is {State}.")]
    private partial void LogLink(string from, string to, string state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} talks nonsense and is cut off: {Reason}")]
    private partial void LogRefused(string peer, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nobody can join at {Path} any more: {Reason}")]
    private partial void LogStopped(string path, string reason);
}
