using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace P2Panda.Libp2p;

/// <summary>Compressed secp256k1 points (SEC 1, 2.3.4). Verification itself is the platform's.</summary>
internal static class Secp256k1
{
    /// <summary>The field prime 2^256 − 2^32 − 977 (SEC 2, 2.4.1).</summary>
    private static readonly BigInteger Prime =
        BigInteger.Parse("0fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Imports a point, or null when the bytes are none on the curve y² = x³ + 7.</summary>
    /// <exception cref="CryptographicException">The platform has no secp256k1.</exception>
    public static ECDsa? Import(ReadOnlySpan<byte> compressed)
    {
        var x = new BigInteger(compressed[1..], isUnsigned: true, isBigEndian: true);
        if (x >= Prime)
        {
            return null;
        }

        var square = (BigInteger.ModPow(x, 3, Prime) + 7) % Prime;
        // The prime is 3 modulo 4, so this is a root if there is one.
        var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
        if (BigInteger.ModPow(y, 2, Prime) != square)
        {
            return null;
        }

        if (y.IsEven != (compressed[0] == 2))
        {
            y = Prime - y;
        }

        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromValue("1.3.132.0.10"),
            Q = new ECPoint { X = ToBytes(x), Y = ToBytes(y) },
        });
    }

    private static byte[] ToBytes(BigInteger value)
    {
        var result = new byte[32];
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(result, 32 - bytes.Length);
        return result;
    }
}
