using System.Reflection;
using P2Panda.Documents;
using P2Panda.Libp2p;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Node;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Status;

/// <summary>Puts reports together from the parts of the gateway, those that are there.</summary>
internal sealed class StatusReader(
    GatewaySettings settings,
    ILogStore store,
    MaterialisedDocuments documents,
    TimeProvider time,
    RadioNode? node = null,
    Libp2pHost? network = null)
{
    private static readonly string Version =
        typeof(StatusReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public StatusReport ReadStatus() => new()
    {
        Version = Version,
        StartedAt = _startedAt,
        Store = new StoreStatus
        {
            Entries = store.EntryCount,
            Logs = store.Logs().Count,
            Buffered = store.BufferedCount,
            LastChange = store.LastChange,
            ChangesBehind = Math.Max(0, store.LastChange - documents.ReadTo),
            Schemas = documents.Schemas.Listed.Count,
        },
        Radio = node?.ReadAtRest(ReadRadio),
        Mesh = node?.ReadAtRest((radio, _) => new MeshStatus
        {
            Neighbours = radio.Mesh.NeighbourCount,
            PlanningLoss = radio.Mesh.PlanningLoss,
            Counters = CounterReading.Read(radio.Mesh.Counters),
            Traffic = [.. radio.Mesh.Counters.Traffic.Select(pair => new TrafficStatus(pair.Key, pair.Value.Frames, pair.Value.Airtime.TotalSeconds))],
        }),
        Network = network is null ? null : new NetworkStatus
        {
            PeerId = network.PeerId.ToString(),
            Connections =
            [
                .. network.Connections.Select(connection => new ConnectionStatus(
                    connection.RemotePeer.ToString(), connection.RemoteAddress.ToString(), connection.IsRelayed, connection.Opened)),
            ],
        },
    };

    public IReadOnlyList<NeighbourReport> ReadNeighbours() => node?.ReadAtRest((radio, now) => radio.Links.Select(link => new NeighbourReport
    {
        Neighbour = new KeyId(link.Neighbour).ToString(),
        Loss = link.Loss,
        LossBound = link.LossBound,
        RssiDbm = link.RssiDbm,
        SnrDb = link.SnrDb,
        FrequencyErrorHz = link.FrequencyErrorHz,
        FramesHeard = link.FramesHeard,
        HeardSecondsAgo = (now - link.LastHeard).TotalSeconds,
    }).ToList()) ?? [];

    /// <summary>None without a radio.</summary>
    public AirtimeReport? ReadAirtime() => node?.ReadAtRest((radio, now) => new AirtimeReport
    {
        UsedSeconds = radio.Ledger.Shares.Used(now).TotalSeconds,
        LeftSeconds = radio.Ledger.Remaining(radio.Settings, now)?.TotalSeconds,
        ByClass = Enum.GetValues<TrafficClass>().ToDictionary(
            traffic => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(traffic.ToString()), traffic => radio.Ledger.Shares.Used(traffic, now).TotalSeconds),
        ByAuthor = [.. radio.Ledger.Shares.ByAuthor(now).Select(pair => new AuthorAirtime(pair.Key.ToString(), pair.Value.TotalSeconds))],
    });

    private RadioStatus ReadRadio(RadioNode radio, TimeSpan now) => new()
    {
        State = radio.RadioState.ToString().ToLowerInvariant(),
        Region = settings.Radio.Region,
        Profile = settings.Radio.Profile,
        FrequencyHz = radio.Settings.FrequencyHz,
        PowerDbm = radio.Settings.PowerDbm,
        Overrides = [.. radio.Ledger.Plan.Overrides.Select(item => $"{item.Id}: {item.Note}")],
        Ledger = radio.Ledger.State.ToString(),
        AirtimeLeftSeconds = radio.Ledger.Remaining(radio.Settings, now)?.TotalSeconds,
        AirtimeUsedSeconds = radio.Ledger.Shares.Used(now).TotalSeconds,
        Counters = CounterReading.Read(radio.Counters),
    };
}
