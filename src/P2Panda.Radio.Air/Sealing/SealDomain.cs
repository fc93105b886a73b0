using System.Buffers;
using P2Panda.Core.Keys;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>Signing and checking with a purpose and a network in front, neither of which is sent.</summary>
internal static class SealDomain
{
    private static ReadOnlySpan<byte> BurstPurpose => "p2panda-radio burst v1"u8;

    private static ReadOnlySpan<byte> FramePurpose => "p2panda-radio frame v1"u8;

    public static void SignBurst(KeyPair key, NetworkId network, ReadOnlySpan<byte> content, Span<byte> signature) =>
        Sign(key, BurstPurpose, network, content, signature);

    public static void SignFrame(KeyPair key, NetworkId network, ReadOnlySpan<byte> content, Span<byte> signature) =>
        Sign(key, FramePurpose, network, content, signature);

    public static bool VerifyBurst(PublicKey key, NetworkId network, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        Verify(key, BurstPurpose, network, content, signature);

    public static bool VerifyFrame(PublicKey key, NetworkId network, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        Verify(key, FramePurpose, network, content, signature);

    private static void Sign(
        KeyPair key, ReadOnlySpan<byte> purpose, NetworkId network, ReadOnlySpan<byte> content, Span<byte> signature)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(purpose.Length + NetworkId.Length + content.Length);
        key.Sign(Compose(buffer, purpose, network, content), signature);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static bool Verify(
        PublicKey key, ReadOnlySpan<byte> purpose, NetworkId network, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(purpose.Length + NetworkId.Length + content.Length);
        var valid = key.Verify(Compose(buffer, purpose, network, content), signature);
        ArrayPool<byte>.Shared.Return(buffer);
        return valid;
    }

    private static ReadOnlySpan<byte> Compose(
        byte[] buffer, ReadOnlySpan<byte> purpose, NetworkId network, ReadOnlySpan<byte> content)
    {
        purpose.CopyTo(buffer);
        network.Bytes.CopyTo(buffer.AsSpan(purpose.Length));
        content.CopyTo(buffer.AsSpan(purpose.Length + NetworkId.Length));
        return buffer.AsSpan(0, purpose.Length + NetworkId.Length + content.Length);
    }
}
