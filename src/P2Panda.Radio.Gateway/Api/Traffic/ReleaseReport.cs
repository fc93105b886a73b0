using System.ComponentModel;
using P2Panda.Bridge.Traffic;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Traffic;

/// <summary>What a release has done.</summary>
internal sealed record ReleaseReport(
    [property: Description("The entry's id.")] string Id,
    [property: Description("The ways that are open to it now.")] IReadOnlyList<TrafficDirection> Directions,
    [property: Description("What became of it in the store, when it was kept from there and its bytes are here; when they are not, it comes again from its peer.")] AppendOutcome? Stored);
