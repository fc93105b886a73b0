using P2Panda.Bridge.Replication.Wire;

namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>
/// Replication with one peer over one connection, as a state machine without I/O: messages, events and the time go in, actions come out.
/// Answers as aquadoggo 0.9.1 answers; where that has no time-outs or forgets, this has its own. Calls come one at a time.
/// </summary>
public sealed partial class PeerReplication
{
    private readonly Dictionary<ulong, Session> _sessions = [];
    private readonly Queue<ReplicationAction> _actions = new();
    private readonly ReplicationOptions _options;
    private readonly Func<ulong> _nextId;
    private readonly bool _isLower;
    private readonly bool _isOpen;
    private SchemaIdSet _own;
    private ulong _announcedAt;
    private ulong _peerAnnouncedAt;
    private int _batch;
    private DateTimeOffset _busyUntil = DateTimeOffset.MinValue;

    /// <summary>Begins with our announcement.</summary>
    /// <param name="options">How sessions are made.</param>
    /// <param name="own">What we replicate.</param>
    /// <param name="isOpen">Whether any set of schemas may be asked of us, or only what we replicate.</param>
    /// <param name="isLower">Whether our peer id is below the peer's, byte by byte: then we give way when both ask at once.</param>
    /// <param name="nextSessionId">Source of session ids; far from 2^64, and from where the peer begins (0).</param>
    /// <param name="now">The time.</param>
    public PeerReplication(
        ReplicationOptions options, SchemaIdSet own, bool isOpen, bool isLower, Func<ulong> nextSessionId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _own = own;
        _isOpen = isOpen;
        _isLower = isLower;
        _nextId = nextSessionId;
        _batch = options.FirstBatch;
        _pollAt = now + options.ShortestPoll;
        Announce(now);
    }

    /// <summary>What happened so far.</summary>
    public ReplicationCounters Counters { get; } = new();

    /// <summary>What the peer replicates, once it said so.</summary>
    public SchemaIdSet? Announced { get; private set; }

    /// <summary>Sessions that go on.</summary>
    public IReadOnlyCollection<Session> Sessions => _sessions.Values;

    /// <summary>Most entries of the next session.</summary>
    public int Batch => _batch;

    /// <summary>What is to be done next, or none.</summary>
    public ReplicationAction? TakeAction() => _actions.TryDequeue(out var action) ? action : null;

    /// <summary>What we replicate has changed.</summary>
    public void Support(SchemaIdSet own, DateTimeOffset now)
    {
        if (!own.Equals(_own))
        {
            _own = own;
            Announce(now);
            Hurry(now);
        }
    }

    /// <summary>A message came from the peer.</summary>
    public void Receive(ReplicationMessage message, DateTimeOffset now)
    {
        switch (message)
        {
            case AnnounceMessage announce:
                Hear(announce, now);
                break;
            case SyncRequestMessage request:
                Hear(request, now);
                break;
            case HaveMessage have:
                Hear(have, now);
                break;
            case EntryMessage entry when Find(entry.SessionId, now) is { } session:
                session.Received++;
                Counters.EntriesReceived++;
                _actions.Enqueue(new ReplicationAction.Store(session, entry));
                break;
            case SyncDoneMessage done when Find(done.SessionId, now) is { } session:
                session.IsRemoteDone = true;
                FinishIfDone(session, now);
                break;
        }
    }

    /// <summary>Our logs' heights for a session, asked for by <see cref="ReplicationAction.Describe"/>.</summary>
    public void Described(Session session, LogHeights own, DateTimeOffset now)
    {
        if (!IsCurrent(session) || session.IsDescribed)
        {
            return;
        }

        session.IsDescribed = true;
        session.LastProgress = now;
        _actions.Enqueue(new ReplicationAction.Send(new HaveMessage(session.Id, own)));
        if (own.Count == 0 && session.Role == SessionRole.Responder)
        {
            // As aquadoggo does: nothing will follow, so this is said at once.
            EndOwnPart(session, now);
        }

        Send(session);
    }

    /// <summary>Entries of a session are being sent, and the peer takes them.</summary>
    public static void Sending(Session session, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.LastProgress = now;
    }

    /// <summary>Entries of a session are on their way.</summary>
    /// <param name="session">The session.</param>
    /// <param name="count">How many.</param>
    /// <param name="hasMore">Whether some were left for a later session.</param>
    /// <param name="now">The time.</param>
    public void EntriesSent(Session session, int count, bool hasMore, DateTimeOffset now)
    {
        Counters.EntriesSent += count;
        _busyUntil = (_busyUntil > now ? _busyUntil : now) + (count * _options.PatiencePerEntry);
        if (!IsCurrent(session))
        {
            return;
        }

        session.Sent = count;
        session.HasMore = hasMore;
        _wasFull |= hasMore;
        session.LastProgress = now;
        EndOwnPart(session, now);
        FinishIfDone(session, now);
    }

    /// <summary>Our part of a session cannot be done. The peer is told that nothing more comes, so that it does not wait for ever.</summary>
    public void Fail(Session session, DateTimeOffset now)
    {
        if (IsCurrent(session))
        {
            if (!session.IsDescribed)
            {
                _actions.Enqueue(new ReplicationAction.Send(new HaveMessage(session.Id, new LogHeights())));
            }

            EndOwnPart(session, now);
            End(session, SessionEnd.Failed, now);
        }
    }

    /// <summary>
    /// Our stream broke and what was on its way may be lost: the peer is told anew what we replicate, and asked anew.
    /// </summary>
    public void StreamBroken(DateTimeOffset now)
    {
        Announce(now);
        foreach (var session in _sessions.Values.ToList())
        {
            End(session, SessionEnd.Failed, now);
        }

        Hurry(now);
    }

    private void Announce(DateTimeOffset now)
    {
        // A peer ignores what is not newer by the second.
        _announcedAt = Math.Max(_announcedAt + 1, (ulong)Math.Max(0, now.ToUnixTimeSeconds()));
        _actions.Enqueue(new ReplicationAction.Send(new AnnounceMessage(AnnounceMessage.CurrentVersion, _announcedAt, _own)));
    }

    private void Hear(AnnounceMessage announce, DateTimeOffset now)
    {
        if (announce.Version != AnnounceMessage.CurrentVersion || (Announced is not null && announce.Timestamp <= _peerAnnouncedAt))
        {
            Counters.AnnouncementsIgnored++;
            return;
        }

        _peerAnnouncedAt = announce.Timestamp;
        var isChange = !announce.Schemas.Equals(Announced);
        Announced = announce.Schemas;
        if (isChange)
        {
            // A peer that replicates more than before has made schemas of the definitions it got.
            _restAt = now;
            Hurry(now);
        }
    }

    private void Hear(SyncRequestMessage request, DateTimeOffset now)
    {
        if (request.Mode != SyncRequestMessage.LogHeightMode)
        {
            Counters.RequestsIgnored++;
            return;
        }

        _peerAskedAt = now;
        if (_sessions.TryGetValue(request.SessionId, out var same))
        {
            if (same.Role == SessionRole.Responder)
            {
                // The peer has forgotten the old one; aquadoggo uses ids again at once.
                End(same, SessionEnd.Replaced, now);
            }
            else if (!same.IsPending)
            {
                Counters.Violations++;
                return;
            }
            else if (!GivesWay(same, request, now))
            {
                return;
            }
        }
        else if (FindBySchemas(request.Schemas) is { } other)
        {
            if (other.Role == SessionRole.Responder)
            {
                End(other, SessionEnd.Replaced, now);
            }
            else if (other.IsPending && !GivesWay(other, request, now))
            {
                return;
            }
        }

        if (_sessions.Count >= _options.MaxSessions)
        {
            Counters.RequestsIgnored++;
            return;
        }

        // What we do not replicate is left out of the answer; the peer gets one in any case, since it would wait for ever.
        var schemas = _isOpen ? request.Schemas : request.Schemas.Intersect(_own);
        var session = new Session(request.SessionId, SessionRole.Responder, schemas, now);
        _sessions.Add(session.Id, session);
        Counters.Answered++;
        _actions.Enqueue(new ReplicationAction.Describe(session));
    }

    private void Hear(HaveMessage have, DateTimeOffset now)
    {
        if (Find(have.SessionId, now) is not { } session)
        {
            return;
        }

        if (session.Remote is not null)
        {
            Counters.Violations++;
            End(session, SessionEnd.Violated, now);
            return;
        }

        session.Remote = have.Heights;
        session.Answered = now;
        if (session.Role == SessionRole.Initiator)
        {
            Pace(now - session.Started);
            _actions.Enqueue(new ReplicationAction.Describe(session));
        }
        else
        {
            Send(session);
        }
    }

    /// <summary>Both asked at once: the lower peer id takes the peer's request, the higher insists on its own.</summary>
    private bool GivesWay(Session pending, SyncRequestMessage request, DateTimeOffset now)
    {
        Counters.TieBreaks++;
        if (_isLower)
        {
            End(pending, SessionEnd.GaveWay, now);
        }
        else
        {
            Ignore(request);
        }

        return _isLower;
    }

    private void Send(Session session)
    {
        if (session is { IsDescribed: true, Remote: { } remote, IsSending: false, IsOwnDone: false })
        {
            session.IsSending = true;
            _actions.Enqueue(new ReplicationAction.SendEntries(session, remote, _batch));
        }
    }

    private void EndOwnPart(Session session, DateTimeOffset now)
    {
        if (!session.IsOwnDone)
        {
            session.IsOwnDone = true;
            session.LastProgress = now;
            _actions.Enqueue(new ReplicationAction.Send(new SyncDoneMessage(session.Id)));
        }
    }

    private void FinishIfDone(Session session, DateTimeOffset now)
    {
        if (session is { IsOwnDone: true, IsRemoteDone: true, Remote: not null })
        {
            End(session, SessionEnd.Completed, now);
        }
    }

    /// <summary>The session of a message, under the id that aquadoggo wrongly uses for it if need be.</summary>
    private Session? Find(ulong id, DateTimeOffset now)
    {
        if (!_sessions.TryGetValue(id, out var session) && !_aliases.TryGetValue(id, out session))
        {
            var pending = _sessions.Values.Where(each => each.IsPending).Take(2).ToList();
            if (pending.Count != 1 || !_ignored.Remove(id, out var schemas) || !schemas.Equals(pending[0].Schemas))
            {
                Counters.UnknownSessions++;
                return null;
            }

            session = _aliases[id] = pending[0];
            Counters.WrongSessionIds++;
        }

        session.LastProgress = now;
        return session;
    }

    private Session? FindBySchemas(SchemaIdSet schemas) => _sessions.Values.FirstOrDefault(session => session.Schemas.Equals(schemas));

    private bool IsCurrent(Session session) => _sessions.GetValueOrDefault(session.Id) == session;

    private void End(Session session, SessionEnd reason, DateTimeOffset now)
    {
        _sessions.Remove(session.Id);
        foreach (var alias in _aliases.Where(pair => pair.Value == session).Select(pair => pair.Key).ToList())
        {
            _aliases.Remove(alias);
        }

        switch (reason)
        {
            case SessionEnd.Completed:
                Counters.Completed++;
                break;
            case SessionEnd.TimedOut:
                Counters.TimedOut++;
                break;
        }

        Plan(session, reason, now);
        _actions.Enqueue(new ReplicationAction.Ended(session, reason));
    }
}
