using System.Buffers.Binary;
using System.Text;

namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>Writes one DNS message into a fixed buffer. Counts are filled in at the end.</summary>
internal sealed class DnsWriter
{
    private const int HeaderLength = 12;
    private const ushort Internet = 1;
    private const ushort CacheFlush = 0x8000;

    private readonly byte[] _bytes;
    private int _length = HeaderLength;
    private ushort _questions;
    private ushort _answers;
    private ushort _additional;

    public DnsWriter(ushort id, ushort flags, int maxLength)
    {
        _bytes = new byte[maxLength];
        BinaryPrimitives.WriteUInt16BigEndian(_bytes, id);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(2), flags);
    }

    public int Left => _bytes.Length - _length;

    public DnsWriter Question(string name, ushort type)
    {
        Name(name);
        Number(type);
        Number(Internet);
        _questions++;
        return this;
    }

    public DnsWriter Ptr(string name, uint ttl, string target)
    {
        Name(name);
        Number(DnsMessage.Ptr);
        Number(Internet);
        Number(ttl);
        var length = Reserve();
        Name(target);
        Fill(length);
        _answers++;
        return this;
    }

    /// <summary>An additional TXT record of one character string.</summary>
    public DnsWriter Txt(string name, uint ttl, string text)
    {
        Name(name);
        Number(DnsMessage.Txt);
        Number((ushort)(Internet | CacheFlush));
        Number(ttl);
        var length = Reserve();
        _bytes[_length++] = (byte)text.Length;
        _length += Encoding.ASCII.GetBytes(text, _bytes.AsSpan(_length));
        Fill(length);
        _additional++;
        return this;
    }

    public byte[] ToArray()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(4), _questions);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(6), _answers);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(10), _additional);
        return _bytes[.._length];
    }

    /// <summary>Bytes of a name, uncompressed: that is read by everybody.</summary>
    public static int LengthOf(string name) => name.Length + 2;

    private void Name(string name)
    {
        foreach (var label in name.Split('.'))
        {
            _bytes[_length++] = (byte)label.Length;
            _length += Encoding.ASCII.GetBytes(label, _bytes.AsSpan(_length));
        }

        _bytes[_length++] = 0;
    }

    private void Number(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length), value);
        _length += 2;
    }

    private void Number(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_length), value);
        _length += 4;
    }

    private int Reserve()
    {
        _length += 2;
        return _length;
    }

    private void Fill(int start) => BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(start - 2), (ushort)(_length - start));
}
