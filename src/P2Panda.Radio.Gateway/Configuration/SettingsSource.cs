namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Where the settings came from, so that they can be read again.</summary>
/// <param name="Read">Reads and checks them.</param>
internal sealed record SettingsSource(Func<SettingsResult> Read);
