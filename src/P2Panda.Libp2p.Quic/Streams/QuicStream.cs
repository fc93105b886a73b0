using System.IO.Pipelines;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic;

/// <summary>A bidirectional stream of a QUIC connection.</summary>
internal sealed class QuicStream : MuxedStream
{
    private readonly QuicInput _input;
    private readonly QuicOutput _output;

    internal QuicStream(QuicConnection connection, long id)
    {
        Connection = connection;
        Id = id;
        _input = new QuicInput(this);
        _output = new QuicOutput(this);
    }

    /// <inheritdoc/>
    public override PipeReader Input => _input;

    /// <inheritdoc/>
    public override PipeWriter Output => _output;

    internal QuicConnection Connection { get; }

    internal long Id { get; }

    /// <inheritdoc/>
    public override void Reset(ulong code = 0)
    {
        lock (Connection.Engine.Gate)
        {
            var exception = new StreamResetException("The stream was reset here.") { Code = code };
            _output.Abandon();
            _input.End(exception);
            if (Connection.Native != 0)
            {
                PandaQuic.StreamReset(Connection.Native, Id, code);
                PandaQuic.StreamStop(Connection.Native, Id, code);
                _input.ReturnAllCredit();
                Connection.Engine.Flush(Connection, Connection.Engine.Clock.Now);
            }
        }
    }

    // ---- with the gate held, from the connection ----

    internal void OnData(ReadOnlySpan<byte> data, bool fin) => _input.Append(data, fin);

    internal void WakeReader() => _input.Wake();

    internal void OnReset(ulong code) => _input.End(new StreamResetException($"The peer reset the stream with code {code}.") { Code = code });

    /// <summary>The peer had time enough to finish.</summary>
    internal void StopReading() => _input.Stop();

    internal void OnStopped() => _output.Abandon();

    internal void ContinueWrite() => _output.Continue();

    /// <summary>Both directions are done; what was received stays readable.</summary>
    internal void OnFinished()
    {
        _output.Abandon();
        _input.End(new StreamResetException("The stream ended without its last bytes."));
    }

    internal void OnConnectionClosed(string reason)
    {
        _output.Abandon();
        _input.End(new StreamResetException($"The connection ended: {reason}."));
    }
}
