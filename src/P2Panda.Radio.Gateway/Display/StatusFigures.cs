using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Node;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Display;

/// <summary>What somebody who stands in front of a gateway wants to know.</summary>
/// <param name="Radio">What the radio is doing.</param>
/// <param name="Entries">Entries that can be read.</param>
/// <param name="Neighbours">Gateways in reach.</param>
/// <param name="AirtimeLeft">Airtime left in the current window of the law; none where there is no such limit.</param>
internal sealed record StatusFigures(RadioState Radio, long Entries, int Neighbours, TimeSpan? AirtimeLeft)
{
    public static StatusFigures Read(RadioNode node, ILogStore store)
    {
        var entries = store.EntryCount;
        return node.ReadAtRest((radio, now) =>
            new StatusFigures(radio.RadioState, entries, radio.Mesh.NeighbourCount, radio.Ledger.Remaining(radio.Settings, now)));
    }
}
