namespace P2Panda.Libp2p.Negotiation;

/// <summary>What a negotiation came to.</summary>
/// <param name="Result">Whether and why not.</param>
/// <param name="Protocol">The protocol when agreed, else empty.</param>
internal readonly record struct NegotiationOutcome(NegotiationResult Result, string Protocol)
{
    public bool IsAgreed => Result == NegotiationResult.Agreed;

    public static NegotiationOutcome Agreed(string protocol) => new(NegotiationResult.Agreed, protocol);

    public static implicit operator NegotiationOutcome(NegotiationResult failure) => new(failure, "");
}
