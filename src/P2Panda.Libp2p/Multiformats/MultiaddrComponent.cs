namespace P2Panda.Libp2p;

/// <summary>One part of a multiaddr, e.g. <c>/tcp/2022</c>.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Value">The value's bytes without any length prefix; empty for protocols without one.</param>
public readonly record struct MultiaddrComponent(MultiaddrProtocol Protocol, ReadOnlyMemory<byte> Value)
{
    /// <summary>The value as it appears in text.</summary>
    public string ValueText => MultiaddrText.Format(Protocol, Value.Span);

    /// <inheritdoc/>
    public override string ToString() => Protocol.HasValue ? $"/{Protocol.Name}/{ValueText}" : $"/{Protocol.Name}";
}
