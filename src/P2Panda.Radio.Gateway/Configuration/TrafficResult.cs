namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Traffic rules that were read, or everything that is wrong with them.</summary>
internal sealed record TrafficResult(TrafficSettings? Settings, IReadOnlyList<string> Problems);
