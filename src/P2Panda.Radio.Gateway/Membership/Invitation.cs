using System.Globalization;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Membership;

/// <summary>
/// What one gateway hands to the next so that they hear and believe each other: network id, radio key, whose seals are believed, what is
/// demanded of transmissions, region and profile. One line of characters that a QR code packs well, with a checksum against slips of the
/// hand. Nothing in it is secret.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Key">The radio key of the gateway that invites.</param>
/// <param name="Trust">Whose seals are believed there.</param>
/// <param name="Attribution">Whether every burst must be sealed by a gateway.</param>
/// <param name="Strict">Whether every frame must be signed.</param>
/// <param name="Region">Regional plan.</param>
/// <param name="Profile">Profile of the plan.</param>
internal sealed record Invitation(
    NetworkId Network, PublicKey Key, TrustPolicy Trust, Attribution Attribution, bool Strict, string Region, string Profile)
{
    private const string Prefix = "P2PANDA-RADIO:1:";
    private const int Fields = 7;

    /// <summary>The invitation of a gateway with these settings.</summary>
    public static Invitation Of(RadioSection radio, PublicKey key) => new(
        new NetworkId(Convert.FromHexString(radio.NetworkId)), key, radio.Trust, radio.Attribution, radio.Strict, radio.Region, radio.Profile);

    /// <summary>Reads a line; none with the reason when it is not an invitation.</summary>
    public static Invitation? TryParse(string text, out string problem)
    {
        var line = text.Trim().ToUpperInvariant();
        problem = "this is not an invitation; it begins with " + Prefix;
        if (!line.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = line.LastIndexOf(':');
        problem = "the invitation is incomplete or mistyped: its checksum is wrong";
        if (end < Prefix.Length || line[(end + 1)..] != Checksum(line[..end]))
        {
            return null;
        }

        var fields = line[Prefix.Length..end].Split(':');
        problem = "the invitation's checksum is right but its content is not understood; it comes from another version";
        if (fields.Length != Fields || fields[0].Length != 2 * NetworkId.Length || !PublicKey.TryParse(fields[1], out var key) ||
            !Enum.TryParse<TrustPolicy>(fields[2], ignoreCase: true, out var trust) || !Enum.IsDefined(trust) ||
            !Enum.TryParse<Attribution>(fields[3], ignoreCase: true, out var attribution) || !Enum.IsDefined(attribution) ||
            fields[4] is not ("STRICT" or "PLAIN") || NetworkOf(fields[0]) is not { } network)
        {
            return null;
        }

        problem = string.Empty;
        return new Invitation(
            network, key, trust, attribution, fields[4] == "STRICT", fields[5].ToLowerInvariant(), fields[6].ToLowerInvariant());
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{Network}:{Key}:{Trust}:{Attribution}:{(Strict ? "strict" : "plain")}:{Region}:{Profile}").ToUpperInvariant();
        return $"{line}:{Checksum(line)}";
    }

    private static NetworkId? NetworkOf(string digits)
    {
        var bytes = new byte[NetworkId.Length];
        return Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? new NetworkId(bytes) : null;
    }

    private static string Checksum(string line) => Convert.ToHexString(Blake3.Hash(System.Text.Encoding.ASCII.GetBytes(line)).AsSpan(0, 2));
}
