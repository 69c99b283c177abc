using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FlowLog.Protocol.Wire;

/// <summary>Writes arrays of numbers, identifiers and strings; arrays of structs are written by the generated classes.</summary>
public static class WriteLists
{
    extension(WireWriter writer)
    {
        /// <summary>An array of whole numbers, big endian.</summary>
        public void WriteNumbers<T>(List<T> list, bool flexible)
            where T : unmanaged, IBinaryInteger<T>
        {
            ArgumentNullException.ThrowIfNull(list);
            writer.WriteCount(list.Count, flexible);
            var room = writer.Extend(list.Count * Unsafe.SizeOf<T>());
            foreach (var number in CollectionsMarshal.AsSpan(list))
            {
                // Not WriteBigEndian: that one is a default of the interface, and calling it boxes every number.
                number.TryWriteBigEndian(room, out var written);
                room = room[written..];
            }
        }

        /// <summary>An array of whole numbers, or null.</summary>
        public void WriteNullableNumbers<T>(List<T>? list, bool flexible)
            where T : unmanaged, IBinaryInteger<T>
        {
            if (list is null)
                writer.WriteCount(-1, flexible);
            else
                writer.WriteNumbers(list, flexible);
        }

        /// <summary>An array of identifiers.</summary>
        public void WriteUuids(List<Guid> list, bool flexible)
        {
            ArgumentNullException.ThrowIfNull(list);
            writer.WriteCount(list.Count, flexible);
            foreach (var id in CollectionsMarshal.AsSpan(list))
                writer.WriteUuid(id);
        }

        /// <summary>An array of identifiers, or null.</summary>
        public void WriteNullableUuids(List<Guid>? list, bool flexible)
        {
            if (list is null)
                writer.WriteCount(-1, flexible);
            else
                writer.WriteUuids(list, flexible);
        }

        /// <summary>An array of strings.</summary>
        public void WriteStrings(List<string> list, bool flexible)
        {
            ArgumentNullException.ThrowIfNull(list);
            writer.WriteCount(list.Count, flexible);
            foreach (var text in CollectionsMarshal.AsSpan(list))
                writer.WriteString(text, flexible);
        }

        /// <summary>An array of strings, or null.</summary>
        public void WriteNullableStrings(List<string>? list, bool flexible)
        {
            if (list is null)
                writer.WriteCount(-1, flexible);
            else
                writer.WriteStrings(list, flexible);
        }
    }
}
