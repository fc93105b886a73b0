using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Fuzz;

/// <summary>Receivers of every persuasion, some of them with little room. They know the first entries of each log and two of the keys.</summary>
internal sealed class Audience
{
    private readonly Station[] _stations =
    [
        new Station(1),
        new Station(2, TrustPolicy.List),
        new Station(3, strict: true, bounds: new AssemblyBounds { MaxAssembliesPerSender = 2 }),
        new Station(4, alwaysAttribute: true),
        new Station(5, TrustPolicy.FirstUse),
        new Station(6, bounds: new AssemblyBounds { MaxAssemblies = 8, MaxAssembliesPerTag = 1, MaxVersionsPerSymbol = 1, MaxSurplusSymbols = 1, MaxSymbolBytes = 4096 }),
    ];

    public Audience()
    {
        foreach (var station in _stations)
        {
            // Enough context for some records, too little for others.
            station.Logs.Add(SampleEntries.FromVectors.Where(entry => entry.SequenceNumber <= 20));
            station.Keys.Add(AirMutants.KnownKey.PublicKey);
        }

        _stations[2].Keys.Add(AirMutants.StrictKey.PublicKey);
    }

    /// <summary>Says the frames of one mutant to one receiver; after a while everybody has heard everything.</summary>
    public IEnumerable<FrameOutcome> Hear(IReadOnlyList<byte[]> frames, int number)
    {
        var station = _stations[number % _stations.Length];
        station.Now += TimeSpan.FromSeconds(1);
        foreach (var frame in frames)
        {
            // Not stored: an audience that learned everything would soon have no context to miss.
            yield return station.Receiver.Receive(frame, station.Now);
        }
    }

    public IEnumerable<KeyValuePair<RefusalReason, long>> Refusals() => _stations
        .SelectMany(station => station.Receiver.Refusals.ToPairs())
        .GroupBy(pair => pair.Key, (reason, pairs) => KeyValuePair.Create(reason, pairs.Sum(pair => pair.Value)));
}
