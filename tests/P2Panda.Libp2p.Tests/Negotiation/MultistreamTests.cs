using P2Panda.Libp2p.Negotiation;

namespace P2Panda.Libp2p.Tests.Negotiation;

public sealed class MultistreamTests
{
    [Fact]
    public void NotAvailableIsFourBytes() => MultistreamLine.Encode("na").ShouldBe(Convert.FromHexString("036e610a"));

    [Fact]
    public async Task DialerAndListenerAgreeOnTheFirstCommonProtocol()
    {
        var (near, far) = DuplexStream.CreatePair();
        var listening = Multistream.ListenAsync(new StreamIO(far), protocol => protocol == "/b", default).AsTask();
        var dialed = await Multistream.DialAsync(new StreamIO(near), ["/a", "/b"], default);
        dialed.ShouldBe(NegotiationOutcome.Agreed("/b"));
        (await listening).ShouldBe(NegotiationOutcome.Agreed("/b"));
    }

    [Fact]
    public async Task WhatALazyDialerSentBehindItsProposalIsKept()
    {
        var (near, far) = DuplexStream.CreatePair();
        await near.WriteAsync((byte[])[.. Multistream.LazyProposal("/noise"), 1, 2, 3]);
        var io = new StreamIO(far);
        (await Multistream.ListenAsync(io, _ => true, default)).IsAgreed.ShouldBeTrue();
        io.Buffered.ToArray().ShouldBe([1, 2, 3]);
        (await Multistream.ConfirmLazyAsync(new StreamIO(near), "/noise", default)).IsAgreed.ShouldBeTrue();
    }

    [Fact]
    public async Task AListenerAnswersADialerThatWaitsForItsHeader()
    {
        var (near, far) = DuplexStream.CreatePair();
        var listening = Multistream.ListenAsync(new StreamIO(far), _ => true, default).AsTask();
        var io = new StreamIO(near);
        await near.WriteAsync(MultistreamLine.Encode(MultistreamLine.Header));
        await io.FillAsync(default);
        await near.WriteAsync(MultistreamLine.Encode("/a"));
        (await listening).ShouldBe(NegotiationOutcome.Agreed("/a"));
    }

    [Theory]
    [InlineData("ffffffffffffffffff01")] // a length of 2^63
    [InlineData("8008")] // 1024 is allowed, but it does not come: see below
    [InlineData("818008")] // 131073
    [InlineData("00")]
    [InlineData("026161")] // no newline
    [InlineData("03ff610a")] // not UTF-8
    public async Task BadLinesEndTheNegotiationAtOnce(string hex)
    {
        var (near, far) = DuplexStream.CreatePair();
        await near.WriteAsync(Convert.FromHexString(hex));
        await near.DisposeAsync();
        (await Multistream.ListenAsync(new StreamIO(far), _ => true, default)).IsAgreed.ShouldBeFalse();
    }

    [Fact]
    public async Task ALineLongerThanTheBoundIsNotWaitedFor()
    {
        var (near, far) = DuplexStream.CreatePair();
        await near.WriteAsync(Convert.FromHexString("8108"));
        (await Multistream.ListenAsync(new StreamIO(far), _ => true, default)).Result.ShouldBe(NegotiationResult.LineTooLong);
    }

    [Theory]
    [InlineData("/nobody")]
    [InlineData("ls")]
    [InlineData("/multistream/1.0.0")]
    [InlineData("/libp2p/simultaneous-connect")]
    public async Task EndlessProposalsEndAtTheBound(string proposal)
    {
        var (near, far) = DuplexStream.CreatePair();
        await near.WriteAsync(MultistreamLine.Encode([MultistreamLine.Header, .. Enumerable.Repeat(proposal, Multistream.MaxProposals)]));
        (await Multistream.ListenAsync(new StreamIO(far), _ => false, default)).Result.ShouldBe(NegotiationResult.TooManyProposals);
    }
}
