using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>What stations and the ether say to each other: JSON, one object a line (README.md of this folder).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Join), "join")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Begin), "begin")]
[JsonDerivedType(typeof(Arrive), "arrive")]
[JsonDerivedType(typeof(Abort), "abort")]
[JsonDerivedType(typeof(SetLink), "link")]
[JsonDerivedType(typeof(Done), "done")]
internal abstract record EtherMessage
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        AllowOutOfOrderMetadataProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string ToLine() => JsonSerializer.Serialize(this, Format);

    public static bool TryParse(string line, [NotNullWhen(true)] out EtherMessage? message, out string problem)
    {
        problem = "";
        try
        {
            message = JsonSerializer.Deserialize<EtherMessage>(line, Format) ?? throw new JsonException("null is no message.");
            return true;
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException)
        {
            (message, problem) = (null, wrong.Message);
            return false;
        }
    }

    /// <summary>The first words of a station.</summary>
    internal sealed record Join(string Name) : EtherMessage;

    /// <summary>The answer: the speed of the clock, its date, and the physics all agree on.</summary>
    internal sealed record Welcome(double Speed, DateTimeOffset Date, long AtDate, ulong Seed, EtherOptions Physics) : EtherMessage;

    /// <summary>The answer to nonsense; the connection is closed after it.</summary>
    internal sealed record Refused(string Reason) : EtherMessage;

    /// <summary>A station begins to send.</summary>
    internal sealed record Begin(FrameOnAir Frame) : EtherMessage;

    /// <summary>A frame arrives at a station.</summary>
    internal sealed record Arrive(string Sender, FrameOnAir Frame, double RssiDbm, bool Faded) : EtherMessage;

    /// <summary>A station stops in the middle of its frame; without a sender it is the one that says so.</summary>
    internal sealed record Abort(string? Sender = null) : EtherMessage;

    /// <summary>Changes a directed link; no path loss takes it down.</summary>
    internal sealed record SetLink(string From, string To, double? PathLossDb = null, double LossProbability = 0, double ShadowingDb = 0) : EtherMessage;

    /// <summary>The answer to what asks for none of its own.</summary>
    internal sealed record Done : EtherMessage;

    /// <summary>A frame.</summary>
    /// <param name="Start">Reading of the ether's clock, in nanoseconds, at which its preamble began.</param>
    /// <param name="FrequencyHz">Channel as programmed.</param>
    /// <param name="CarrierHz">Carrier with the error of the crystal.</param>
    /// <param name="PowerDbm">Power at the antenna connector.</param>
    /// <param name="Modulation">Modulation.</param>
    /// <param name="Bytes">1 to 255 bytes, hexadecimal.</param>
    internal sealed record FrameOnAir(long Start, double FrequencyHz, double CarrierHz, double PowerDbm, LoraModulation Modulation, string Bytes)
    {
        /// <summary>Why there can be no such frame; none when there can.</summary>
        public string? Problem()
        {
            if (FrequencyHz is not (>= 100e6 and <= 1100e6) || CarrierHz is not (>= 100e6 and <= 1100e6))
                return "a carrier is between 100 and 1100 MHz";
            if (PowerDbm is not (>= -60 and <= 40))
                return "power is between -60 and 40 dBm";
            if (Modulation.SpreadingFactor is not (>= 6 and <= 12))
                return "a spreading factor is 6 to 12";
            if (Modulation.CodingRateDenominator is not (>= 5 and <= 8))
                return "a coding rate is 4/5 to 4/8";
            if (Modulation.PreambleSymbols is not (>= 0 and <= 65535))
                return "a preamble has at most 65535 symbols";
            if (Bytes.Length is < 2 or > 510 || Bytes.Length % 2 != 0 || !Bytes.All(char.IsAsciiHexDigit))
                return "a frame has 1 to 255 bytes, as hexadecimal digits";
            return LoraTiming.IsBandwidth(Modulation.BandwidthHz) ? null : $"{Modulation.BandwidthHz} Hz is no LoRa bandwidth";
        }
    }
}
