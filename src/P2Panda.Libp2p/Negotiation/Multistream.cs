namespace P2Panda.Libp2p.Negotiation;

/// <summary>
/// multistream-select 1.0 (libp2p specs, connections). The simultaneous-open extension is answered with <c>na</c> like any
/// unknown protocol: who is who after a simultaneous open is agreed elsewhere.
/// </summary>
internal static class Multistream
{
    /// <summary>Most proposals of one negotiation.</summary>
    public const int MaxProposals = 16;

    /// <summary>Proposes one protocol after the other.</summary>
    public static async ValueTask<NegotiationOutcome> DialAsync(HandshakeIO io, IReadOnlyList<string> candidates, CancellationToken cancellation)
    {
        await io.WriteAsync(MultistreamLine.Encode(MultistreamLine.Header, candidates[0]), cancellation).ConfigureAwait(false);
        var (failure, header) = await ReadLineAsync(io, cancellation).ConfigureAwait(false);
        if (failure is not null || header != MultistreamLine.Header)
        {
            return failure ?? NegotiationResult.Malformed;
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            if (i > 0)
            {
                await io.WriteAsync(MultistreamLine.Encode(candidates[i]), cancellation).ConfigureAwait(false);
            }

            var (problem, answer) = await ReadLineAsync(io, cancellation).ConfigureAwait(false);
            if (problem is not null)
            {
                return problem.Value;
            }

            if (answer == candidates[i])
            {
                return NegotiationOutcome.Agreed(answer);
            }

            if (answer != MultistreamLine.NotAvailable)
            {
                return NegotiationResult.Malformed;
            }
        }

        return NegotiationResult.NoneInCommon;
    }

    /// <summary>What a lazy dialer writes before its own first bytes.</summary>
    public static byte[] LazyProposal(string protocol) => MultistreamLine.Encode(MultistreamLine.Header, protocol);

    /// <summary>Reads the listener's consent to a lazy proposal, which stands before its own first bytes.</summary>
    public static async ValueTask<NegotiationOutcome> ConfirmLazyAsync(HandshakeIO io, string protocol, CancellationToken cancellation)
    {
        foreach (var expected in (string[])[MultistreamLine.Header, protocol])
        {
            var (failure, line) = await ReadLineAsync(io, cancellation).ConfigureAwait(false);
            if (failure is not null)
            {
                return failure.Value;
            }

            if (line != expected)
            {
                return line == MultistreamLine.NotAvailable ? NegotiationResult.NoneInCommon : NegotiationResult.Malformed;
            }
        }

        return NegotiationOutcome.Agreed(protocol);
    }

    /// <summary>Answers proposals until one is supported.</summary>
    public static async ValueTask<NegotiationOutcome> ListenAsync(HandshakeIO io, Func<string, bool> supports, CancellationToken cancellation)
    {
        var (failure, first) = await ReadLineAsync(io, cancellation).ConfigureAwait(false);
        if (failure is not null || first != MultistreamLine.Header)
        {
            return failure ?? NegotiationResult.Malformed;
        }

        var headerPending = true;
        for (var proposals = 0; proposals < MaxProposals; proposals++)
        {
            // One write for header and answer when the proposal came along; at once when the dialer waits for our header.
            if (headerPending && !HasLine(io.Buffered.Span))
            {
                await io.WriteAsync(MultistreamLine.Encode(MultistreamLine.Header), cancellation).ConfigureAwait(false);
                headerPending = false;
            }

            (failure, var proposal) = await ReadLineAsync(io, cancellation).ConfigureAwait(false);
            if (failure is not null)
            {
                return failure.Value;
            }

            var accepted = proposal.StartsWith('/') && supports(proposal);
            var answer = accepted ? proposal : MultistreamLine.NotAvailable;
            var bytes = headerPending ? MultistreamLine.Encode(MultistreamLine.Header, answer) : MultistreamLine.Encode(answer);
            headerPending = false;
            await io.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            if (accepted)
            {
                return NegotiationOutcome.Agreed(proposal);
            }
        }

        return NegotiationResult.TooManyProposals;
    }

    private static bool HasLine(ReadOnlySpan<byte> buffered) => MultistreamLine.TryRead(buffered, out _, out _) != NegotiationResult.Ended;

    private static async ValueTask<(NegotiationResult? Failure, string Line)> ReadLineAsync(HandshakeIO io, CancellationToken cancellation)
    {
        while (true)
        {
            var failure = MultistreamLine.TryRead(io.Buffered.Span, out var line, out var consumed);
            if (failure is null)
            {
                io.Consume(consumed);
                return (null, line);
            }

            if (failure != NegotiationResult.Ended || !await io.FillAsync(cancellation).ConfigureAwait(false))
            {
                return (failure, "");
            }
        }
    }
}
