using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed record RadioSection
{
    [Description("none: no radio; sx127x: the board that 'board' names; sim: the shipped driver on a simulated SX1276.")]
    public RadioDriver Driver { get; init; } = RadioDriver.None;

    [Description("The board, by its name in the hardware folder ('radio boards' lists them), or custom; for driver sx127x.")]
    public string? Board { get; init; }

    [Description("The wiring of board custom.")]
    public CustomBoardSettings Custom { get; init; } = new();

    [Description("Whether the driver pulls a board's chip select itself. Only for boards whose chip select is an ordinary line that no overlay gives to the kernel.")]
    public bool SoftwareChipSelect { get; init; }

    [Description("Clock of the SPI bus in Hz, 100000 to 10000000. Lower it when wires are long.")]
    [Range(100_000, 10_000_000)]
    public int SpiClockHz { get; init; } = BoardChip.DefaultClockHz;

    [Description("The ether a simulated radio is on, as unix:PATH ('sim ether --listen' makes one); none for one of its own.")]
    [RegularExpression("^unix:.+$", ErrorMessage = "must be of the form unix:PATH")]
    public string? Ether { get; init; }

    [Description("Name of a simulated radio's station on the ether.")]
    public string EtherName { get; init; } = "gateway";

    [Description("Path of the gateway's radio key (mode 0600); made at the first start and kept for life.")]
    public string KeyFile { get; init; } = "radio.key";

    [Description("Network id, 64 hexadecimal digits: separates networks that share a channel. It is no secret and encrypts nothing.")]
    [RegularExpression("^[0-9a-fA-F]{64}$", ErrorMessage = "must be 64 hexadecimal digits")]
    public string NetworkId { get; init; } = new('0', 64);

    [Description("Whose seals are believed: open (every announced key), list (those of 'trust add'), firstUse (those and the first ones met). Entries are believed for their authors' signatures under open.")]
    public TrustPolicy Trust { get; init; } = TrustPolicy.Open;

    [Description("auto: an author's signature is enough for a burst of entries; always: a gateway seals it too, and others are refused.")]
    public Attribution Attribution { get; init; } = Attribution.Auto;

    [Description("Whether every frame carries a signature and others are refused: for places under attack. SF7 and SF8 only; the whole network must agree.")]
    public bool Strict { get; init; }

    [Description("File that received and sent frames are written to, for Wireshark (pcap, LoRaTap); none by default. Replaced at every start.")]
    public string? Capture { get; init; }

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
