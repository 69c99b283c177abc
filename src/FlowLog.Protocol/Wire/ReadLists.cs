using System.Numerics;
using System.Runtime.CompilerServices;

namespace FlowLog.Protocol.Wire;

/// <summary>Reads arrays of numbers, identifiers and strings; arrays of structs are read by the generated classes.</summary>
public static class ReadLists
{
    private const int UuidSize = 16;

    extension(ref WireReader reader)
    {
        /// <summary>An array of whole numbers, big endian, that is there.</summary>
        public List<T> ReadNumbers<T>(bool flexible)
            where T : unmanaged, IBinaryInteger<T> => reader.NumbersOrNull<T>(flexible, nullable: false) ?? [];

        /// <summary>An array of whole numbers, or null.</summary>
        public List<T>? ReadNullableNumbers<T>(bool flexible)
            where T : unmanaged, IBinaryInteger<T> => reader.NumbersOrNull<T>(flexible, nullable: true);

        /// <summary>An array of identifiers that is there.</summary>
        public List<Guid> ReadUuids(bool flexible) => reader.UuidsOrNull(flexible, nullable: false) ?? [];

        /// <summary>An array of identifiers, or null.</summary>
        public List<Guid>? ReadNullableUuids(bool flexible) => reader.UuidsOrNull(flexible, nullable: true);

        /// <summary>An array of strings that is there; none of the strings may be null.</summary>
        public List<string> ReadStrings(bool flexible) => reader.StringsOrNull(flexible, nullable: false) ?? [];

        /// <summary>An array of strings, or null; none of the strings may be null.</summary>
        public List<string>? ReadNullableStrings(bool flexible) => reader.StringsOrNull(flexible, nullable: true);

        private List<T>? NumbersOrNull<T>(bool flexible, bool nullable)
            where T : unmanaged, IBinaryInteger<T>
        {
            var count = reader.ReadCount(flexible, Unsafe.SizeOf<T>(), nullable);
            if (count < 0)
                return null;

            var bytes = reader.TakeMemory(count * Unsafe.SizeOf<T>()).Span;
            var list = new List<T>(count);
            for (; !bytes.IsEmpty; bytes = bytes[Unsafe.SizeOf<T>()..])
                list.Add(T.ReadBigEndian(bytes[..Unsafe.SizeOf<T>()], isUnsigned: false));
            return list;
        }

        private List<Guid>? UuidsOrNull(bool flexible, bool nullable)
        {
            var count = reader.ReadCount(flexible, UuidSize, nullable);
            if (count < 0)
                return null;

            var list = new List<Guid>(count);
            for (; count > 0; count--)
                list.Add(reader.ReadUuid());
            return list;
        }

        private List<string>? StringsOrNull(bool flexible, bool nullable)
        {
            var count = reader.ReadCount(flexible, flexible ? 1 : 2, nullable);
            if (count < 0)
                return null;

            var list = new List<string>(count);
            for (; count > 0 && !reader.Failed; count--)
                list.Add(reader.ReadString(flexible));
            return list;
        }
    }
}
