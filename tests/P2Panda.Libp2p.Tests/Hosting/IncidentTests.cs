using System.Security.Cryptography;
using P2Panda.Libp2p.Multiformats;
using P2Panda.Libp2p.Protocols.Identify;
using P2Panda.Libp2p.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Hosting;

/// <summary>What went wrong in other implementations and has no better place among our tests.</summary>
public sealed class IncidentTests
{
    /// <summary>go and js CVE-2023-39533: the key of an envelope is 16,384 bits of RSA.</summary>
    [Fact]
    public void AnEnvelopeWithAnOversizedKeyIsRefusedBeforeItsSignatureIsLookedAt()
    {
        // No such key is made, which would take minutes: a modulus of that length is enough to be refused.
        var modulus = new byte[2048];
        modulus[0] = 0xc3;
        modulus[^1] = 1;
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        var key = new ProtobufWriter().VarInt(1, 0).Bytes(2, rsa.ExportSubjectPublicKeyInfo()).ToArray();
        var envelope = new ProtobufWriter().Bytes(1, key).Bytes(2, [3, 1]).Bytes(3, [1]).Bytes(5, new byte[2048]).ToArray();
        envelope.Length.ShouldBeLessThan(SignedEnvelope.MaxLength);
        PeerRecord.TryOpen(envelope, out _).ShouldBe(PeerRecordResult.MalformedEnvelope);
    }

    /// <summary>rust-libp2p had to take the key of a private network out of its debug output.</summary>
    [Fact]
    public async Task TheKeyOfAPrivateNetworkIsNeverLogged()
    {
        var secret = "5ec2e7" + new string('7', 58);
        PreSharedKey.TryParse(secret, out var key).ShouldBeTrue();
        using var log = new RecordingLogger();
        await using var hosts = new TestHosts();
        void Configure(Libp2pHostBuilder builder)
        {
            builder.LoggerFactory = log;
            builder.Upgrade = builder.Upgrade with { PrivateNetwork = key };
        }

        var (dialer, listener) = (await hosts.StartAsync("tcp", Configure, listen: false), await hosts.StartAsync("tcp", Configure));
        await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        // The listener may be a moment behind the dialer.
        SpinWait.SpinUntil(() => log.Lines.Count > 2, TestHosts.Patience).ShouldBeTrue();
        var bytes = Convert.FromHexString(secret);
        foreach (var line in (string[])[.. log.Lines, $"{key} {new UpgradeOptions { PrivateNetwork = key }}"])
        {
            line.ShouldNotContain("5ec2e7", Case.Insensitive);
            line.ShouldNotContain(Convert.ToBase64String(bytes)[..8]);
        }
    }

    /// <summary>What a peer says it serves decides nothing: neither whether we ask for it nor whether we believe it.</summary>
    [Fact]
    public async Task IdentifyIsNoReasonToSkipNegotiation()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        var back = listener.Connections.Single();
        await back.IdentifyDone.WaitAsync(TestHosts.Patience);

        // The listener may tell the truth once more of its own accord, right behind.
        var boast = new TaskCompletionSource();
        dialer.PeerIdentified += (_, said) =>
        {
            if (said.Protocols is ["/boast/1"])
            {
                boast.TrySetResult();
            }
        };
        await using (var push = await back.OpenStreamAsync([IdentifyService.PushProtocolId], TestHosts.Deadline))
        {
            await push.WriteMessageAsync(new IdentifyMessage { Protocols = ["/boast/1"] }.Encode(), TestHosts.Deadline);
            await push.CompleteWritesAsync(TestHosts.Deadline);
            (await push.ReadAsync(new byte[1].AsMemory(), TestHosts.Deadline)).ShouldBe(0);
        }

        await boast.Task.WaitAsync(TestHosts.Patience);
        await Should.ThrowAsync<IOException>(connection.OpenStreamAsync(["/boast/1"], TestHosts.Deadline).AsTask());
        await using var stream = await connection.OpenStreamAsync([TestHosts.Echo], TestHosts.Deadline);
        stream.Protocol.ShouldBe(TestHosts.Echo);
    }

    /// <summary>go-yamux #8 and #129: a close in the middle of a write that waits for the peer hung both.</summary>
    [Theory]
    [InlineData("memory")]
    [InlineData("tcp")]
    public async Task ClosingWhileAWriteWaitsEndsTheWrite(string transport)
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(transport, listen: false), await hosts.StartAsync(transport));
        listener.Handle("/deaf/1", (_, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        var streams = new List<MuxedStream>();
        var writes = new List<Task>();
        for (var i = 0; i < 8; i++)
        {
            var stream = await connection.OpenStreamAsync(["/deaf/1"], TestHosts.Deadline);
            streams.Add(stream);
            writes.Add(stream.WriteAsync(new byte[2 << 20], TestHosts.Deadline).AsTask());
        }

        streams[0].Reset();
        await Should.ThrowAsync<IOException>(writes[0]);
        await connection.CloseAsync();
        foreach (var write in writes)
        {
            await Should.ThrowAsync<IOException>(write);
        }
    }

    /// <summary>go-libp2p #3486 and #3501: ten identify messages of junk, again and again, leave what one leaves.</summary>
    [Fact]
    public async Task IdentifyPushesFullOfJunkStayBounded()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        for (var push = 0; push < 20; push++)
        {
            await using var stream = await connection.OpenStreamAsync([IdentifyService.PushProtocolId], TestHosts.Deadline);
            for (var part = 0; part < IdentifyService.MaxMessages; part++)
            {
                var number = (push * 10_000) + (part * 100);
                await stream.WriteMessageAsync(
                    new IdentifyMessage
                    {
                        Protocols = [.. Enumerable.Range(number, 100).Select(i => $"/junk/{i}/1")],
                        ListenAddresses = [.. Enumerable.Range(1, 100).Select(i => Multiaddr.Parse($"/ip4/1.{push}.{part}.{i}/tcp/1"))],
                    }.Encode(),
                    TestHosts.Deadline);
            }

            await stream.CompleteWritesAsync(TestHosts.Deadline);
            try
            {
                (await stream.ReadAsync(new byte[1].AsMemory(), TestHosts.Deadline)).ShouldBe(0);
            }
            catch (StreamResetException)
            {
                // Refusing to read on is an answer as well.
            }
        }

        var known = listener.Connections.Single().Identified!;
        known.Protocols.Count.ShouldBeLessThanOrEqualTo(IdentifyMessage.MaxProtocols);
        known.ListenAddresses.Count.ShouldBeLessThanOrEqualTo(IdentifyMessage.MaxAddresses);
        listener.AddressBook.Get(dialer.PeerId).Count.ShouldBeLessThanOrEqualTo(2 * AddressBook.MaxPerPeer);
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
    }
}
