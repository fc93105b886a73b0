namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Valid settings, or everything that is wrong with them.</summary>
internal sealed record SettingsResult(GatewaySettings? Settings, IReadOnlyList<string> Problems);
