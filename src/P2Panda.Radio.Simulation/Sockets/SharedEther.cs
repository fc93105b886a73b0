using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>
/// A place for one station on an ether that an <see cref="EtherServer"/> keeps in another process. Put a radio or a chip of the same name on
/// <see cref="Ether"/>. Without the server the station is alone on the air, and joins again when there is one.
/// </summary>
public sealed partial class SharedEther : IDisposable
{
    private const int MaxFarStations = 1024;
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _name;
    private readonly double _speed;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, EtherStation> _far = new(StringComparer.Ordinal);
    private volatile LineConnection? _connection;

    private SharedEther(string path, string name, ILogger log, LineConnection connection, EtherMessage.Welcome welcome)
    {
        (_path, _name, _log, _connection, _speed) = (path, name, log, connection, welcome.Speed);
        // What others send is the server's to record.
        Ether = new SimulatedEther(
            EtherClock.Of(welcome.Speed, welcome.Date, welcome.AtDate),
            welcome.Physics with { Seed = welcome.Seed, RecordCapacity = 0, RecordBytes = true })
        {
            LocalBegan = transmission => Send(new EtherMessage.Begin(Describe(transmission))),
            LocalAborted = _ => Send(new EtherMessage.Abort()),
        };
        _ = ListenAsync(connection);
    }

    /// <summary>The ether as this station knows it.</summary>
    public SimulatedEther Ether { get; }

    /// <summary>Whether there is a server.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>Joins.</summary>
    /// <param name="path">Path of the server's socket.</param>
    /// <param name="name">Name of the station; nobody else on that ether has it.</param>
    /// <param name="log">Told when the server goes and comes.</param>
    /// <exception cref="IOException">There is no ether at that path, or it refuses; the message says why.</exception>
    public static SharedEther Join(string path, string name, ILogger<SharedEther> log)
    {
        var (connection, welcome) = ConnectAsync(path, name, CancellationToken.None).GetAwaiter().GetResult();
        return new SharedEther(path, name, log, connection, welcome);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        // What is queued, the end of a frame perhaps, still goes out.
        _connection?.Finish();
    }

    private static async Task<(LineConnection Connection, EtherMessage.Welcome Welcome)> ConnectAsync(
        string path, string name, CancellationToken cancellation)
    {
        LineConnection connection;
        try
        {
            connection = new LineConnection(UnixAddress.Connect(path));
        }
        catch (SocketException failure)
        {
            throw new IOException($"There is no ether at unix:{path} ({failure.Message}). Start one: p2panda-radio sim ether --listen unix:{path}", failure);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(HandshakePatience);
        connection.TrySend(new EtherMessage.Join(name).ToLine());
        var line = await connection.ReadLineAsync(patience.Token).ConfigureAwait(false);
        var problem = "it does not answer as an ether does";
        if (line is not null && EtherMessage.TryParse(line, out var answer, out _))
        {
            switch (answer)
            {
                case EtherMessage.Welcome { Speed: > 0 and <= 1000 } welcome:
                    return (connection, welcome);
                case EtherMessage.Refused refused:
                    problem = refused.Reason;
                    break;
            }
        }

        connection.Dispose();
        throw new IOException($"The ether at unix:{path} does not take '{name}': {problem}.");
    }

    private EtherMessage.FrameOnAir Describe(Transmission transmission) => new(
        Ether.TimestampOf(transmission.Start),
        transmission.Emission.FrequencyHz,
        transmission.CarrierHz,
        transmission.Emission.PowerDbm,
        transmission.Emission.Modulation,
        Convert.ToHexStringLower(transmission.Payload));

    private void Send(EtherMessage message) => _connection?.TrySend(message.ToLine());

    private async Task ListenAsync(LineConnection connection)
    {
        while (true)
        {
            while (await connection.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { } line)
            {
                // A server that talks nonsense is passed over; what it says right still counts.
                if (!EtherMessage.TryParse(line, out var message, out var problem))
                    LogNonsense(problem);
                else
                    Take(message);
            }

            _connection = null;
            if (_stop.IsCancellationRequested)
                return;
            connection.Dispose();
            Silence();
            LogAlone(_path);
            if (await JoinAgainAsync().ConfigureAwait(false) is not { } again)
                return;
            _connection = connection = again;
            LogBack(_path);
        }
    }

    private async Task<LineConnection?> JoinAgainAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BetweenAttempts, _stop.Token).ConfigureAwait(false);
                var (connection, welcome) = await ConnectAsync(_path, _name, _stop.Token).ConfigureAwait(false);
                if (welcome.Speed == _speed)
                    return connection;
                LogOtherSpeed(_path, welcome.Speed, _speed);
                connection.Dispose();
            }
            catch (IOException)
            {
                // Not there yet.
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return null;
    }

    private void Take(EtherMessage message)
    {
        switch (message)
        {
            case EtherMessage.Arrive arrive when arrive.Frame.Problem() is { } problem:
                LogNonsense(problem);
                break;
            case EtherMessage.Arrive arrive when double.IsFinite(arrive.RssiDbm):
                Arrive(arrive);
                break;
            case EtherMessage.Abort { Sender: { } sender } when _far.TryGetValue(sender, out var station):
                Ether.Enter();
                station.AbortTransmission();
                Ether.Exit();
                break;
            case EtherMessage.Refused refused:
                LogNonsense(refused.Reason);
                break;
        }
    }

    private void Arrive(EtherMessage.Arrive arrive)
    {
        Ether.Enter();
        try
        {
            // Nobody listens before the radio is there; and nobody hears himself.
            if (arrive.Sender == _name || Ether.Stations is not [{ IsFar: false } receiver, ..])
                return;
            if (!_far.TryGetValue(arrive.Sender, out var sender))
            {
                if (_far.Count == MaxFarStations)
                    return;
                _far.Add(arrive.Sender, sender = Ether.AddFarStation(arrive.Sender, receiver));
            }

            var frame = arrive.Frame;
            var start = Ether.At(frame.Start);
            var earliest = Ether.Now - TimeSpan.FromMicroseconds(EtherClock.LongestDelay / 1000.0);
            sender.BeginFarTransmission(
                new FarArrival(
                    new Emission(frame.FrequencyHz, frame.Modulation, frame.PowerDbm),
                    frame.CarrierHz,
                    Convert.FromHexString(frame.Bytes),
                    start > earliest ? start : earliest,
                    arrive.RssiDbm,
                    arrive.Faded),
                receiver);
        }
        finally
        {
            Ether.Exit();
        }
    }

    /// <summary>The server is gone: what was on the air is heard no further.</summary>
    private void Silence()
    {
        Ether.Enter();
        foreach (var station in _far.Values)
            station.AbortTransmission();
        Ether.Exit();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ether at unix:{Path} is gone; this radio is alone on the air until it is back.")]
    private partial void LogAlone(string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "The ether at unix:{Path} is back.")]
    private partial void LogBack(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ether at unix:{Path} runs at {Speed} times real time now; this radio joined at {Before} and stays away.")]
    private partial void LogOtherSpeed(string path, double speed, double before);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ether says something that makes no sense: {Problem}")]
    private partial void LogNonsense(string problem);
}
