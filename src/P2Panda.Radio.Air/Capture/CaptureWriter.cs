using System.Buffers.Binary;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Capture;

/// <summary>
/// Writes frames as a pcap file with link type LORATAP, which Wireshark reads. Safe to call from several threads.
/// </summary>
/// <remarks>
/// LoRaTap header, version 0 (github.com/eriknl/LoRaTap; the only one Wireshark 4.0 knows), big-endian: version, padding (1 each), length
/// 15 (2), frequency in Hz (4), bandwidth in steps of 125 kHz, spreading factor, packet RSSI, highest RSSI, current RSSI (each
/// 139 + dBm), SNR in quarters of a dB, sync word (1 each). Version 0 has no direction: frames sent by us have all three RSSI zero.
/// </remarks>
public sealed class CaptureWriter : IDisposable
{
    /// <summary>Link type LORATAP.</summary>
    public const uint LinkType = 270;

    /// <summary>Length of the LoRaTap header in bytes.</summary>
    public const int HeaderLength = 15;

    /// <summary>Size at which a capture stops growing, in bytes: more than a million frames.</summary>
    public const long DefaultMaxBytes = 256L * 1024 * 1024;

    private const uint Magic = 0xA1B2C3D4;
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const double RssiOffsetDbm = -139;

    private readonly Stream _stream;
    private readonly long _maxBytes;
    private readonly Lock _lock = new();
    private long _written;
    private bool _disposed;

    /// <summary>Starts a capture on a stream, which is disposed with it.</summary>
    public CaptureWriter(Stream stream, long maxBytes = DefaultMaxBytes)
    {
        _stream = stream;
        _maxBytes = maxBytes;
        Span<byte> header = stackalloc byte[FileHeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], HeaderLength + 255);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], LinkType);
        _stream.Write(header);
        _stream.Flush();
        _written = FileHeaderLength;
    }

    /// <summary>Frames that were not written because the file is full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Starts a capture in a file, replacing it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static CaptureWriter Create(string path) => new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));

    /// <summary>Writes a frame that was received.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteReceived(DateTimeOffset at, RadioSettings settings, ReceivedFrame frame) =>
        Write(at, settings, frame.Bytes.Span, Strength(frame.RssiDbm), (byte)(sbyte)Math.Clamp(Math.Round(frame.SnrDb * 4), sbyte.MinValue, sbyte.MaxValue));

    /// <summary>Writes a frame that was sent.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteSent(DateTimeOffset at, RadioSettings settings, ReadOnlySpan<byte> frame) => Write(at, settings, frame, 0, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _stream.Dispose();
        }
    }

    // Zero is kept for frames of our own.
    private static byte Strength(double dbm) => (byte)Math.Clamp(Math.Round(dbm - RssiOffsetDbm), 1, byte.MaxValue);

    private void Write(DateTimeOffset at, RadioSettings settings, ReadOnlySpan<byte> frame, byte rssi, byte snr)
    {
        Span<byte> record = stackalloc byte[RecordHeaderLength + HeaderLength];
        var length = HeaderLength + frame.Length;
        var microseconds = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(microseconds / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(microseconds % 1_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], length);
        var header = record[RecordHeaderLength..];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], HeaderLength);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], (uint)settings.FrequencyHz);
        header[8] = (byte)(settings.Modulation.BandwidthHz / 125_000);
        header[9] = (byte)settings.Modulation.SpreadingFactor;
        header[10] = rssi;
        header[11] = rssi;
        header[12] = rssi;
        header[13] = snr;
        header[14] = settings.Modulation.SyncWord;
        lock (_lock)
        {
            if (_disposed || _written + record.Length + frame.Length > _maxBytes)
            {
                Dropped++;
                return;
            }

            _stream.Write(record);
            _stream.Write(frame);
            _stream.Flush();
            _written += record.Length + frame.Length;
        }
    }
}
