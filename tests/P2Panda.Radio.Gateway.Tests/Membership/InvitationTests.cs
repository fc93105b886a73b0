using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Membership;

namespace P2Panda.Radio.Gateway.Tests.Membership;

public sealed class InvitationTests
{
    private static readonly Invitation Sample = new(
        NetworkId.FromName("valley"), new PublicKey(NetworkId.FromName("key").Bytes), TrustPolicy.FirstUse, Attribution.Always, true, "eu868", "far");

    [Fact]
    public void ComesBackAsItWasWhateverCaseItIsTypedIn()
    {
        Invitation.TryParse(Sample.ToString(), out _).ShouldBe(Sample);
        Invitation.TryParse("  " + Sample.ToString().ToLowerInvariant() + "\n", out _).ShouldBe(Sample);
        QrCode.Encode(Sample.ToString()).Size.ShouldBeLessThanOrEqualTo(49);
    }

    [Fact]
    public void EverySlipOfTheHandIsNoticed()
    {
        var line = Sample.ToString();
        for (var index = 0; index < line.Length; index++)
        {
            var mistyped = line[..index] + (line[index] == 'A' ? 'B' : 'A') + line[(index + 1)..];
            Invitation.TryParse(mistyped, out var problem).ShouldBeNull();
            problem.ShouldNotBeEmpty();
            Invitation.TryParse(line[..index], out _).ShouldBeNull();
        }

        Invitation.TryParse(string.Empty, out _).ShouldBeNull();
    }
}
