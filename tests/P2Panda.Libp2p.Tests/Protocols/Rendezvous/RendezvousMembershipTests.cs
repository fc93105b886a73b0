using P2Panda.Libp2p.Multiformats;
using P2Panda.Libp2p.Protocols.Rendezvous;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Protocols.Rendezvous;

/// <summary>Client and server over whole hosts; registrations live in virtual time.</summary>
public sealed class RendezvousMembershipTests : IAsyncDisposable
{
    private const string Space = "aquadoggo";
    private readonly ManualClock _clock = new();
    private readonly TestHosts _hosts = new();
    private readonly List<RendezvousMembership> _members = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        await _hosts.DisposeAsync();
    }

    [Fact]
    public async Task MembersFindEachOtherAndStayForLongerThanOneRegistrationLives()
    {
        var (point, server) = await StartServerAsync();
        var (left, right) = (await JoinAsync(point, 1), await JoinAsync(point, 2));
        for (var minute = 0; minute < 300; minute++)
        {
            await UntilAsync(() => _clock.TimerCount == 2);   // both have done what was due and wait
            server.Count.ShouldBe(2);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        await UntilAsync(() => left.Peers.Count == 1 && right.Peers.Count == 1);
        left.Peers.Single().Addresses.ShouldBe([AddressOf(2)]);
        right.Peers.Single().Addresses.ShouldBe([AddressOf(1)]);
    }

    [Fact]
    public async Task LeavingTakesTheRegistrationBackAndOthersForgetWhenItsTimeIsOver()
    {
        var (point, server) = await StartServerAsync();
        var left = await JoinAsync(point, 1);
        var expired = new TaskCompletionSource<PeerId>();
        left.Expired += expired.SetResult;
        var right = await JoinAsync(point, 2);
        await UntilAsync(() => server.Count == 2 && _clock.TimerCount == 2);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => left.Peers.Count == 1);
        _members.Remove(right);
        await right.DisposeAsync();
        server.Count.ShouldBe(1);
        for (var minute = 0; minute < 125 && !expired.Task.IsCompleted; minute++)
        {
            await UntilAsync(() => _clock.TimerCount == 1);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        (await expired.Task.WaitAsync(TestHosts.Patience)).ShouldBe(KeyPair.FromSeed([.. Enumerable.Repeat((byte)2, 32)]).PeerId);
        left.Peers.ShouldBeEmpty();
    }

    [Fact]
    public async Task ANewAddressIsRegisteredAtOnceAndNoneIsNotRegistered()
    {
        var (point, server) = await StartServerAsync();
        var host = await StartClientAsync(point, 1);
        var member = Track(new RendezvousMembership(host, point.PeerId, Space, time: _clock));
        await UntilAsync(() => _clock.TimerCount == 1);
        server.Count.ShouldBe(0);
        member.IsRegistered.ShouldBeFalse();
        host.Addresses.Confirm(AddressOf(1));
        await AdvanceUntilAsync(() => server.Count == 1 && member.IsRegistered);
        host.Addresses.Confirm(AddressOf(7));
        await AdvanceUntilAsync(() => Addresses(server).Count == 2);
    }

    [Fact]
    public async Task AServerThatRestartedIsRegisteredWithAndAskedFromTheBeginning()
    {
        var (point, server) = await StartServerAsync();
        var left = await JoinAsync(point, 1);
        await UntilAsync(() => server.Count == 1);
        point.StopHandling(RendezvousServer.ProtocolId);
        using var restarted = new RendezvousServer(new RendezvousOptions(), _clock);
        point.Handle(restarted);
        var right = await JoinAsync(point, 2);
        await UntilAsync(() => restarted.Count == 1 && _clock.TimerCount == 2);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => left.Peers.Count == 1);
        for (var minute = 0; minute < 120 && restarted.Count < 2; minute++)
        {
            await UntilAsync(() => _clock.TimerCount == 2);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        await UntilAsync(() => restarted.Count == 2);
        right.IsRegistered.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AServerThatReadsOnlyTheSpecificationsRecordsGetsOne(bool saysSo)
    {
        var point = await _hosts.StartAsync();
        var taken = new List<byte[]>();
        point.Handle(RendezvousServer.ProtocolId, async (stream, _, cancellation) =>
        {
            var request = RendezvousMessage.TryDecode((await stream.ReadMessageAsync(8192, cancellation)).Body.Span)!;
            SignedEnvelope.TryDecode(request.SignedPeerRecord, out var envelope);
            var readable = envelope!.PayloadType.Span.SequenceEqual(new byte[] { 3, 1 });
            if (readable || saysSo)
            {
                var status = readable ? RendezvousStatus.Ok : RendezvousStatus.InvalidSignedPeerRecord;
                var answer = new RendezvousMessage { Type = RendezvousMessageType.RegisterResponse, Status = status, Ttl = readable ? 9000ul : null };
                await stream.WriteMessageAsync(answer.Encode(), cancellation);
            }

            taken.Add(request.SignedPeerRecord);
        });
        var host = await StartClientAsync(point, 1);
        host.Addresses.Confirm(AddressOf(1));
        (await host.RegisterAsync(point.PeerId, Space, cancellation: TestHosts.Deadline)).ShouldBe(TimeSpan.FromSeconds(9000));
        taken.Count.ShouldBe(2);
    }

    [Fact]
    public async Task ARefusalIsTold()
    {
        var (point, _) = await StartServerAsync();
        var host = await StartClientAsync(point, 1);
        host.Addresses.Confirm(AddressOf(1));
        var refusal = await Should.ThrowAsync<RendezvousException>(host.RegisterAsync(point.PeerId, Space, TimeSpan.FromSeconds(5), TestHosts.Deadline));
        refusal.Status.ShouldBe(RendezvousStatus.InvalidTtl);
        refusal.Message.ShouldContain("from 7200 to 259200 seconds");
        await Should.ThrowAsync<ArgumentException>(host.DiscoverAsync(point.PeerId, new string('n', 256)));
    }

    /// <summary>Like py-libp2p GHSA-xqvc-92cf-94j4: a length is believed before anything is allocated for it.</summary>
    [Theory]
    [InlineData(1UL << 40)]
    [InlineData(8193UL)]
    public async Task AGiantLengthEndsTheStreamOnBothSides(ulong length)
    {
        var (point, _) = await StartServerAsync();
        var host = await StartClientAsync(point, 1);
        var prefix = new byte[9];
        var giant = prefix.AsMemory(0, VarInt.Write(prefix, length));
        await using (var stream = await host.OpenStreamAsync(point.PeerId, RendezvousServer.ProtocolId, TestHosts.Deadline))
        {
            await stream.WriteAsync(giant, TestHosts.Deadline);
            try
            {
                (await stream.ReadAsync(new byte[1].AsMemory(), TestHosts.Deadline)).ShouldBe(0);
            }
            catch (StreamResetException)
            {
                // Over yamux the end of what was written and the refusal to read more may come as one.
            }
        }

        point.StopHandling(RendezvousServer.ProtocolId);
        VarInt.Write(prefix, 1UL << 40);
        point.Handle(RendezvousServer.ProtocolId, (stream, _, cancellation) => stream.WriteAsync(prefix, cancellation).AsTask());
        (await Should.ThrowAsync<RendezvousException>(host.DiscoverAsync(point.PeerId, Space, cancellation: TestHosts.Deadline))).Message.ShouldContain("TooLong");
    }

    [Fact]
    public void ADiscoveredPeerGetsNoMoreThanItProvesAndNoForeignOrUselessAddress()
    {
        var (peer, stranger) = (KeyPair.Generate(), KeyPair.Generate());
        Multiaddr[] mixed =
        [
            Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), Multiaddr.Parse("/ip4/0.0.0.0/tcp/1"), Multiaddr.Parse("/ip4/192.0.2.1/tcp/1").WithPeer(stranger.PeerId),
            Multiaddr.Parse("/ip4/192.0.2.1/tcp/1"), Multiaddr.Parse("/ip4/192.0.2.2/tcp/1").WithPeer(peer.PeerId),
            .. Enumerable.Range(2, 50).Select(port => Multiaddr.Parse($"/ip4/192.0.2.1/tcp/{port}")),
        ];
        var genuine = PeerRecord.Seal(peer, 1, mixed, PeerRecordForm.Standard).Encode();
        var bent = genuine.ToArray();
        bent[^1] ^= 1;
        RendezvousMessage Registration(byte[] record, string name, ulong? ttl) =>
            new() { Type = RendezvousMessageType.Register, Namespace = RendezvousNamespace.Write(name), SignedPeerRecord = record, Ttl = ttl };
        var answer = new RendezvousMessage
        {
            Type = RendezvousMessageType.DiscoverResponse,
            Registrations = [Registration(genuine, Space, ulong.MaxValue), Registration(bent, Space, 1), Registration(genuine, "elsewhere", 1)],
        };
        var found = RendezvousClient.Read(answer, Space, isLocal: false).Registrations.Single();
        found.Peer.ShouldBe(peer.PeerId);
        found.Addresses.Count.ShouldBe(RendezvousClient.MaxAddresses);
        found.Addresses[0].ShouldBe(Multiaddr.Parse("/ip4/192.0.2.1/tcp/1"));
        found.Ttl.ShouldBe(RendezvousClient.MaxTtl);
        RendezvousClient.Read(answer, Space, isLocal: true).Registrations.Single().Addresses[0].ShouldBe(Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"));
    }

    private async Task<(Libp2pHost Host, RendezvousServer Server)> StartServerAsync()
    {
        var point = await _hosts.StartAsync();
        var server = new RendezvousServer(new RendezvousOptions { RequestBurst = 10_000 }, _clock);
        point.Handle(server);
        return (point, server);
    }

    private async Task<Libp2pHost> StartClientAsync(Libp2pHost point, byte seed)
    {
        var host = await _hosts.StartAsync(listen: false, identity: KeyPair.FromSeed([.. Enumerable.Repeat(seed, 32)]), configure: builder =>
            builder.Options = builder.Options with { IdleTimeout = Timeout.InfiniteTimeSpan });
        await host.ConnectAsync(TestHosts.AddressOf(point), TestHosts.Deadline);
        return host;
    }

    private async Task<RendezvousMembership> JoinAsync(Libp2pHost point, byte seed)
    {
        var host = await StartClientAsync(point, seed);
        host.Addresses.Confirm(AddressOf(seed));
        return Track(new RendezvousMembership(host, point.PeerId, Space, time: _clock));
    }

    private RendezvousMembership Track(RendezvousMembership member)
    {
        _members.Add(member);
        return member;
    }

    private static Multiaddr AddressOf(byte seed) => Multiaddr.Parse($"/ip4/192.0.2.{seed}/udp/2022/quic-v1");

    private static IReadOnlyList<Multiaddr> Addresses(RendezvousServer server) =>
        RendezvousClient.Read(
            server.Answer(new() { Type = RendezvousMessageType.Discover, Namespace = RendezvousNamespace.Write(Space) }, KeyPair.Generate().PeerId, null)!,
            Space,
            isLocal: false).Registrations.SelectMany(registration => registration.Addresses).ToList();

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        var deadline = TestHosts.Deadline;
        while (!condition())
        {
            deadline.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = TestHosts.Deadline;
        while (!condition())
        {
            deadline.ThrowIfCancellationRequested();
            await Task.Delay(1);
        }
    }
}
