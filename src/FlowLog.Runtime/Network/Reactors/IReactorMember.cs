namespace FlowLog.Runtime.Network.Reactors;

/// <summary>Something with a descriptor that a reactor watches. Called on the reactor's thread.</summary>
internal interface IReactorMember
{
    /// <summary>The descriptor became ready; <paramref name="events"/> as epoll gives them.</summary>
    void Ready(uint events);
}
