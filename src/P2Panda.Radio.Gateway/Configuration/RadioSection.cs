using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed record RadioSection
{
    [Description("none: no radio; sim: the shipped driver on a simulated SX1276.")]
    public RadioDriver Driver { get; init; } = RadioDriver.None;

    [Description("Path of the gateway's radio key (mode 0600); made at the first start and kept for life.")]
    public string KeyFile { get; init; } = "radio.key";

    [Description("Network id, 64 hexadecimal digits: separates networks that share a channel. It is no secret and encrypts nothing.")]
    [RegularExpression("^[0-9a-fA-F]{64}$", ErrorMessage = "must be 64 hexadecimal digits")]
    public string NetworkId { get; init; } = new('0', 64);

    [Description("Regional plan; 'regions list' shows them.")]
    public string Region { get; init; } = "eu868";

    [Description("Profile of the plan: channel, spreading factor, bandwidth.")]
    public string Profile { get; init; } = "standard";

    [Description("Conducted power in dBm. Refused when the plan, with this antenna and cable, allows less.")]
    [Range(-4, 20)]
    public int PowerDbm { get; init; } = 14;

    [Description("Antenna gain over an isotropic radiator, in dBi.")]
    [Range(-20.0, 30.0)]
    public double AntennaGainDbi { get; init; } = 2.15;

    [Description("Loss of the cable between radio and antenna, in dB.")]
    [Range(0.0, 30.0)]
    public double CableLossDb { get; init; }

    [Description("The rule of the plan to follow, where several cover the channel; none for the first that fits.")]
    public string? Rule { get; init; }

    [Description("Overrides of the plan: laxer figures that some sources give and the operator answers for. Logged at every start.")]
    public IReadOnlyList<string> Overrides { get; init; } = [];
}
