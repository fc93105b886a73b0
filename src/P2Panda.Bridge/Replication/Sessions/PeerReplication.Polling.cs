using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Replication.Sessions;

/// <content>When to ask the peer, and when to give up on it.</content>
public sealed partial class PeerReplication
{
    private const int MaxIgnored = 16;

    private readonly Dictionary<ulong, SchemaIdSet> _ignored = [];
    private readonly Dictionary<ulong, Session> _aliases = [];
    private DateTimeOffset _pollAt;
    private DateTimeOffset _restAt = DateTimeOffset.MinValue;
    private DateTimeOffset? _peerAskedAt;
    private TimeSpan _interval;
    private bool _definitionsDone;
    private bool _hasNews;
    private bool _isDue;
    private bool _wasFull;

    /// <summary>When the peer asked us last.</summary>
    public DateTimeOffset? PeerAskedAt => _peerAskedAt;

    /// <summary>When we shall ask next, unless news come first.</summary>
    public DateTimeOffset NextPoll => _pollAt;

    /// <summary>Something that the peer may lack was stored.</summary>
    /// <param name="schema">The schema it belongs to.</param>
    /// <param name="now">The time.</param>
    public void News(SchemaId schema, DateTimeOffset now)
    {
        if (Announced is null || !Announced.Contains(schema) || !_own.Contains(schema))
        {
            return;
        }

        if (SchemaIdSet.Definitions.Contains(schema))
        {
            _definitionsDone = false;
        }

        _hasNews = true;
        _interval = _options.ShortestPoll;
        _pollAt = Earlier(_pollAt, now + _options.NewsDelay);
    }

    /// <summary>Time has passed: forgets sessions that stand still and asks the peer when it is time. Called a few times a second.</summary>
    /// <param name="now">The time.</param>
    /// <param name="mayAsk">False while another connection with the same peer is used to ask.</param>
    public void Tick(DateTimeOffset now, bool mayAsk = true)
    {
        Expire(now);
        if (!mayAsk || now < _pollAt || Announced is null)
        {
            return;
        }

        _pollAt = now + _options.ShortestPoll;
        var all = _own.Intersect(Announced);
        var definitions = all.Intersect(SchemaIdSet.Definitions);
        if (_options.DefinitionsFirst && !_definitionsDone && definitions.Count > 0)
        {
            TryStart(definitions, now);
        }
        else if (now < _restAt)
        {
            _pollAt = _restAt;
        }
        else if (all.Count > 0)
        {
            TryStart(all, now);
        }
    }

    private void TryStart(SchemaIdSet schemas, DateTimeOffset now)
    {
        if (FindBySchemas(schemas) is not null || _sessions.Count >= _options.MaxSessions
            || _sessions.Values.Count(each => each.Role == SessionRole.Initiator) >= _options.MaxOwnSessions)
        {
            // When one of them ends, the next poll is planned.
            return;
        }

        var id = _nextId();
        while (_sessions.ContainsKey(id))
        {
            id = _nextId();
        }

        _hasNews = false;
        _isDue = false;
        _sessions.Add(id, new Session(id, SessionRole.Initiator, schemas, now));
        Counters.Requested++;
        _actions.Enqueue(new ReplicationAction.Send(new SyncRequestMessage(id, SyncRequestMessage.LogHeightMode, schemas)));
    }

    private void Plan(Session session, SessionEnd reason, DateTimeOffset now)
    {
        switch (reason)
        {
            case SessionEnd.Completed when _options.DefinitionsFirst && session.Schemas.All(SchemaIdSet.Definitions.Contains):
                _definitionsDone |= !session.HasMore;
                _restAt = session.Sent > 0 ? now + _options.DefinitionsPause : _restAt;
                _isDue = true;
                break;
            case SessionEnd.Completed when session.HasMore:
                _isDue = true;
                break;
            case SessionEnd.Completed:
                var longest = _peerAskedAt is null ? _options.LongestPollOfSilentPeer : _options.LongestPoll;
                var doubled = _interval * 2 < longest ? _interval * 2 : longest;
                _interval = session.Sent + session.Received > 0 || doubled < _options.ShortestPoll ? _options.ShortestPoll : doubled;
                _pollAt = now + _interval;
                break;
            case SessionEnd.GaveWay:
                _pollAt = now;
                break;
            default:
                _pollAt = now + _options.ShortestPoll;
                break;
        }

        if (_isDue)
        {
            // What this session has not settled is not put off by it.
            _pollAt = now;
        }
        else if (_hasNews)
        {
            _pollAt = Earlier(_pollAt, now + _options.NewsDelay);
        }
    }

    /// <summary>Learns from the time to an answer whether the peer keeps up with what the session before it brought.</summary>
    private void Pace(TimeSpan answeredAfter)
    {
        if (_wasFull && answeredAfter <= _options.Prompt)
        {
            _batch = Math.Min(_batch * 2, _options.LargestBatch);
        }
        else if (_wasFull && answeredAfter > _options.Slow)
        {
            _batch = Math.Max(_batch / 2, _options.SmallestBatch);
        }

        _wasFull = false;
    }

    private void Expire(DateTimeOffset now)
    {
        foreach (var session in _sessions.Values.ToList())
        {
            var since = session.LastProgress > _busyUntil ? session.LastProgress : _busyUntil;
            if (now - since <= _options.Patience)
            {
                continue;
            }

            var isUnanswered = session.IsPending;
            End(session, SessionEnd.TimedOut, now);
            if (isUnanswered)
            {
                _actions.Enqueue(new ReplicationAction.Reconnect());
            }
        }
    }

    private void Ignore(SyncRequestMessage request)
    {
        if (_ignored.Count >= MaxIgnored)
        {
            _ignored.Clear();
        }

        _ignored[request.SessionId] = request.Schemas;
    }

    private void Hurry(DateTimeOffset now)
    {
        _interval = _options.ShortestPoll;
        _isDue = true;
        _pollAt = now;
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
